using System.Net;
using ControlPlane.Contracts;
using ControlPlane.Dashboard.Components;
using ControlPlane.Dashboard.Keys;
using ControlPlane.Dashboard.Views.Acts;

namespace ControlPlane.Dashboard.Tests.Views;

/// <summary>Each act of an operator sends what the contract says, with a reason.</summary>
public sealed class ActDialogsTests : PageContext
{
    [Theory]
    [InlineData(Act.Release, null, "system", "/api/system/release")]
    [InlineData(Act.Release, "a", "a", "/api/bots/a/release")]
    [InlineData(Act.ConfirmStore, null, "store", "/api/system/confirm-store")]
    [InlineData(Act.Promote, "a", null, "/api/bots/a/autonomy/promote")]
    [InlineData(Act.RevokeToken, "a", null, "/api/bots/a/token/revoke")]
    public void Act_IsSentWithItsReason_OnceItIsConfirmed(Act act, string? bot, string? typed, string path)
    {
        AnswerAll();
        var page = Open(act, bot);
        var inputs = page.FindAll("dialog input").Count;
        Assert.Equal(typed is null ? 1 : 2, inputs);
        if (typed is not null)
        {
            page.FindAll("dialog input")[0].Input(typed + "x");
            page.FindAll("dialog input")[1].Input("Reviewed.");
            Assert.True(page.Find("dialog button[type=submit]").HasAttribute("disabled"));
            page.FindAll("dialog input")[0].Input(typed);
        }
        else
        {
            page.FindAll("dialog input")[0].Input("Reviewed.");
        }

        page.Find("dialog form").Submit();
        var call = Assert.Single(Api.Calls);
        Assert.Equal(("POST", path, "Reviewed."), (call.Method, call.Path, call.Body!["reason"]!.GetValue<string>()));
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("dialog form")));
        if (act == Act.RevokeToken) page.WaitForAssertion(() => Assert.Contains("token a --generation 4", page.Markup, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, "/api/system/live/arm")]
    [InlineData("a", "/api/bots/a/live/arm")]
    public void ArmLive_SendsMinutesAndReason(string? bot, string path)
    {
        AnswerAll();
        var page = Open(Act.ArmLive, bot);
        page.FindAll("dialog input")[0].Input("30");
        Assert.True(page.Find("dialog button[type=submit]").HasAttribute("disabled"));
        page.FindAll("dialog input")[1].Input("Opening bell.");
        page.Find("dialog form").Submit();
        var call = Assert.Single(Api.Calls);
        Assert.Equal((path, 30, "Opening bell."), (call.Path, call.Body!["minutes"]!.GetValue<int>(), call.Body["reason"]!.GetValue<string>()));
    }

    [Fact]
    public void Settle_SendsTheQuantityAsItWasTyped()
    {
        AnswerAll();
        var page = Open(Act.SettlePosition, "a");
        page.FindAll("dialog input")[0].Input("BTCUSD");
        page.FindAll("dialog input")[1].Input("-0.00012345");
        page.FindAll("dialog input")[2].Input("As the broker says.");
        page.Find("dialog form").Submit();
        var call = Assert.Single(Api.Calls);
        Assert.Equal("/api/bots/a/positions", call.Path);
        Assert.Equal(("BTCUSD", -0.00012345m, true), (call.Body!["symbol"]!.GetValue<string>(), call.Body["quantity"]!.GetValue<decimal>(), call.Body["settle"]!.GetValue<bool>()));
    }

    [Fact]
    public void Delete_NeedsTheBotsName()
    {
        AnswerAll();
        var page = Open(Act.DeleteBot, "a");
        Assert.True(page.Find("dialog button[type=submit]").HasAttribute("disabled"));
        page.Find("dialog input").Input("a");
        page.Find("dialog form").Submit();
        Assert.Equal(("DELETE", "/api/bots/a"), (Assert.Single(Api.Calls).Method, Api.Calls[0].Path));
    }

    [Fact]
    public void Change_SendsOnlyWhatWasChanged()
    {
        AnswerAll();
        var page = Open(Act.ChangeBot, "a");
        page.Find("dialog input[value=live]").Change("live");
        page.FindAll("dialog .limits input")[1].Change("2500.5");
        page.Find("dialog form").Submit();
        var call = Assert.Single(Api.Calls);
        Assert.Equal(("PUT", "/api/bots/a"), (call.Method, call.Path));
        Assert.Equal("live", call.Body!["mode"]!.GetValue<string>());
        Assert.Equal(2500.5m, call.Body["risk_limits"]!["max_order_notional"]!.GetValue<decimal>());
        Assert.Null(call.Body["requires"]);
    }

    [Fact]
    public void Refused_ItSaysWhy_AndStaysOpen()
    {
        Show(bots: [Rows.Bot("a")]);
        Api.Refuse("/api/bots/a", HttpStatusCode.Conflict, "INVALID_REQUEST", "It holds a position.");
        var page = Open(Act.DeleteBot, "a");
        page.Find("dialog input").Input("a");
        page.Find("dialog form").Submit();
        page.WaitForAssertion(() => Assert.Contains("It holds a position.", page.Find("dialog [role=alert]").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Viewer_GetsNoDialog()
    {
        SignIn("viewer");
        Show(bots: [Rows.Bot("a")]);
        Assert.Empty(Open(Act.Release, null).FindAll("dialog form"));
    }

    private IRenderedComponent<ActDialogs> Open(Act act, string? bot)
    {
        if (!Store.HasValues) Show(bots: [Rows.Bot("a")]);
        var page = Render<ActDialogs>();
        Get<ActPrompt>().Ask(act, bot);
        return page;
    }

    private void AnswerAll()
    {
        Show(bots: [Rows.Bot("a")]);
        foreach (var prefix in new[] { "/api/system", "/api/bots/a" })
        {
            Api.Answer($"{prefix}/release", new ReleaseAnswerBody(false, new(false, null, null, null), "t"), ControlPlaneJson.Default.ReleaseAnswerBody);
            Api.Answer($"{prefix}/live/arm", new LiveAnswerBody(true, Rows.Now, new(true, Rows.Now, "operator"), "t"), ControlPlaneJson.Default.LiveAnswerBody);
        }

        Api.Answer("/api/system/confirm-store", new ConfirmStoreAnswer(true, "t"), ControlPlaneJson.Default.ConfirmStoreAnswer);
        Api.Answer("/api/bots/a/autonomy/promote", Rows.Autonomy("a"), ControlPlaneJson.Default.AutonomyAnswer);
        Api.Answer("/api/bots/a/token/revoke", new BotTokenRevokedAnswer("a", 4, "t"), ControlPlaneJson.Default.BotTokenRevokedAnswer);
        Api.Answer("/api/bots/a/positions", new RiskReportAnswer(true, "t"), ControlPlaneJson.Default.RiskReportAnswer);
        Api.Answer("/api/bots/a", new BotDeletedAnswer("a", true, "t"), ControlPlaneJson.Default.BotDeletedAnswer);
    }
}
