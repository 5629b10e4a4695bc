using ControlPlane.Grains.Alerts;
using ControlPlane.Silo.Hosting.Settings;
using Microsoft.Extensions.Configuration;

namespace ControlPlane.Silo.Tests.Hosting;

public sealed class AlertSettingsTests
{
    private static readonly (string, string)[] s_phone = [("Channels:Phone:Kind", "pushover"), ("Channels:Phone:SecretVariable", "PUSHOVER_TOKEN"), ("Channels:Phone:UserVariable", "PUSHOVER_USER")];

    private static (AlertSettings Settings, string[] Errors) Read(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key.StartsWith("ControlPlane", StringComparison.Ordinal) ? s.Key : $"ControlPlane:Alerts:{s.Key}", (string?)s.Value))).Build();
        var errors = new SettingErrors();
        var read = AlertSettingsReader.Read(configuration, errors);
        return (read, [.. errors.All]);
    }

    [Fact]
    public void Nothing_Set_IsNoChannel() => Assert.Empty(Read().Settings.Channels);

    [Fact]
    public void Channels_WithoutRoutes_HearEverything()
    {
        var (settings, errors) = Read([.. s_phone, ("Channels:hook:Kind", "webhook"), ("Channels:hook:Url", "http://127.0.0.1:9999/a")]);
        Assert.Empty(errors);
        Assert.Equal(["hook", "phone"], settings.Routes.Page);
        Assert.Equal(["hook", "phone"], settings.Routes.Escalated);
    }

    [Fact]
    public void Routes_NameTheirChannels_AndNobodyElseHears()
    {
        var (settings, errors) = Read([.. s_phone, ("Channels:chat:Kind", "slack"), ("Channels:chat:SecretVariable", "SLACK_WEBHOOK_URL"), ("Routes:page", "phone, Chat"), ("Routes:Escalated", "phone")]);
        Assert.Empty(errors);
        Assert.Equal((2, 0, 0, 1), (settings.Routes.Page.Length, settings.Routes.Warn.Length, settings.Routes.Info.Length, settings.Routes.Escalated.Length));
    }

    [Theory]
    [InlineData("ControlPlane__Alerts__Channels__Phone__Kind: must be discord, ntfy, pagerduty, pushover, slack, smtp, telegram, twilio or webhook.", "Channels:Phone:Kind", "sms")]
    [InlineData("ControlPlane__Alerts__Channels__Phone__To: means nothing to a channel of the kind pushover", "Channels:Phone:To", "somebody")]
    [InlineData("ControlPlane__Alerts__Channels__Phone__SecretVariable: must be the name of a variable", "Channels:Phone:SecretVariable", "azGDORePK8gM-aC0QOYAM")]
    [InlineData("ControlPlane__Alerts__Channels__Phone__Url: must be a whole https address", "Channels:Phone:Url", "http://10.0.0.8/x")]
    [InlineData("ControlPlane__Alerts__Channels__Phone__Url: must be a whole https address", "Channels:Phone:Url", "http://2130706433/x")]
    [InlineData("ControlPlane__Alerts__Channels__Phone__Url: must be a whole https address", "Channels:Phone:Url", "https://user:canary-password@host/x")]
    [InlineData("ControlPlane__Alerts__Channels__Phone__Url: must have the form of a whole address", "Channels:Phone:Url", "http://")]
    [InlineData("ControlPlane__Alerts__Routes__page: names a channel that is not configured.", "Routes:page", "canary")]
    [InlineData("ControlPlane__Alerts__QuietHours: must be two times of a day and a time zone", "QuietHours", "from ten to canary")]
    [InlineData("ControlPlane__Alerts__HoldSeconds: must be a number from 0 to 3600.", "HoldSeconds", "-1")]
    [InlineData("ControlPlane__Alerts__HoldSeconds: must have the form of a number", "HoldSeconds", "canary")]
    [InlineData("ControlPlane__Alerts__RepeatSeconds: must be a number from 30 to 604800", "RepeatSeconds", "1")]
    [InlineData("ControlPlane__Alerts__EscalateAfterSeconds: must be a number from 10 to 86400", "EscalateAfterSeconds", "1")]
    [InlineData("ControlPlane__Alerts__DeadManUrl: must be a whole https address", "DeadManUrl", "http://canary.example/")]
    [InlineData("ControlPlane__Alerts__PageUrl: must be the whole address of the page", "PageUrl", "https://host/?canary=1")]
    public void Wrong_IsNamedWithItsRule_AndWithoutItsValue(string error, string key, string value)
    {
        var found = Read([.. s_phone.Where(s => s.Item1 != key), (key, value)]).Errors;
        Assert.StartsWith(error, Assert.Single(found), StringComparison.Ordinal);
        Assert.DoesNotContain("canary", found[0], StringComparison.Ordinal);
        Assert.DoesNotContain("azGDORePK8gM", found[0], StringComparison.Ordinal);
    }

    private static readonly (string, string)[] s_commands = [("Commands:Telegram:SecretVariable", "CONTROL_TELEGRAM_TOKEN"), ("Commands:Telegram:Chats", "-1001234567890, 42")];

    [Fact]
    public void Commands_AreOffUntilTheyAreSet_AndFromListedChatsAlone()
    {
        Assert.Equal((null, null), (Read().Settings.Commands.Telegram, Read().Settings.Commands.Discord));
        var (settings, errors) = Read(s_commands);
        Assert.Empty(errors);
        Assert.Equal(["-1001234567890", "42"], settings.Commands.Telegram!.Chats);
        Assert.Null(settings.Commands.Discord);
        Assert.Null(Read([.. s_commands, ("ControlPlane:Demo", "true")]).Settings.Commands.Telegram);
    }

    [Theory]
    [InlineData("ControlPlane__Alerts__Commands__Telegram__SecretVariable: must not be TELEGRAM_BOT_TOKEN.", "Commands:Telegram:SecretVariable", "TELEGRAM_BOT_TOKEN")]
    [InlineData("ControlPlane__Alerts__Commands__Telegram__SecretVariable: must not be TELEGRAM_TOKEN.", "Commands:Telegram:SecretVariable", "TELEGRAM_TOKEN")]
    [InlineData("ControlPlane__Alerts__Commands__Telegram__SecretVariable: must be the name of the variable", "Commands:Telegram:SecretVariable", "123:canary-token")]
    [InlineData("ControlPlane__Alerts__Commands__Telegram__Chats: must be the ids of the chats", "Commands:Telegram:Chats", "@canary")]
    [InlineData("ControlPlane__Alerts__Commands__Telegram__Chats: must be the ids of the chats", "Commands:Telegram:Chats", " , ")]
    [InlineData("ControlPlane__Alerts__Commands__Telegram__Users: must be ids of users", "Commands:Telegram:Users", "canary")]
    [InlineData("ControlPlane__Alerts__Commands__Telegram__Url: must be a whole https address", "Commands:Telegram:Url", "http://canary.example/")]
    [InlineData("ControlPlane__Alerts__Commands__matrix: commands are taken from telegram and discord.", "Commands:matrix:Chats", "canary")]
    public void Commands_Wrong_AreNamedWithTheirRule(string error, string key, string value)
    {
        var found = Read([.. s_commands.Where(s => s.Item1 != key), (key, value)]).Errors;
        Assert.StartsWith(error, Assert.Single(found), StringComparison.Ordinal);
        Assert.DoesNotContain("canary", found[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_FieldsAreNamed()
    {
        Assert.Equal(
            ["ControlPlane__Alerts__Channels__p__SecretVariable: must be set for a channel of the kind pushover.", "ControlPlane__Alerts__Channels__p__UserVariable: must be set for a channel of the kind pushover."],
            Read(("Channels:p:Kind", "pushover")).Errors);
        Assert.Contains(Read(("Channels:m:Kind", "smtp"), ("Channels:m:Host", "mail.example"), ("Channels:m:From", "a@b.example"), ("Channels:m:To", "c@d.example"), ("Channels:m:Tls", "none")).Errors, e => e.StartsWith("ControlPlane__Alerts__Channels__m__Tls: none is for a server on", StringComparison.Ordinal));
        Assert.Contains(Read(("Channels:m:Kind", "smtp"), ("Channels:m:Host", "mail.example"), ("Channels:m:From", "a@b.example"), ("Channels:m:To", "c@d.example\r\nBcc: x@y.example")).Errors, e => e.StartsWith("ControlPlane__Alerts__Channels__m__To", StringComparison.Ordinal));
    }

    [Fact]
    public void Demo_SendsNothingBeyondThisMachine()
    {
        var (settings, errors) = Read([.. s_phone, ("Channels:hook:Kind", "webhook"), ("Channels:hook:Url", "http://127.0.0.1:9999/a"), ("Routes:page", "phone,hook"), ("DeadManUrl", "https://hc.example/ping"), ("ControlPlane:Demo", "true")]);
        Assert.Empty(errors);
        Assert.Equal(["hook"], settings.Channels.Keys);
        Assert.Null(settings.Options.DeadManUrl);
    }
}
