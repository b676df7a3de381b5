"""A stand-in for Discord's wire: gateway, REST, CDN and OAuth2 on loopback, outliving the bot."""
