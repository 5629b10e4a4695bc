using ControlPlane.Contracts;
using ControlPlane.Dashboard.Keys;
using ControlPlane.Dashboard.Views.Kill;

namespace ControlPlane.Dashboard.Tests.Views;

public sealed class KillDialogTests : PageContext
{
    private static readonly BotRow[] s_two = [Rows.Bot("a", runner: RunnerState.Running, must: Directive.Continue, heard: Directive.Continue), Rows.Bot("b", runner: RunnerState.Running, must: Directive.Continue, heard: Directive.Continue)];

    [Fact]
    public void OnABotsPage_TheSystemIsOfferedFirstAndChosen_AndTheBotToo()
    {
        var dialog = Open("a");
        var what = dialog.FindAll("input[name=kill-what]");
        Assert.Equal(["system", "bot"], what.Select(choice => choice.GetAttribute("value")));
        Assert.True(what[0].HasAttribute("checked"));
        Assert.False(what[1].HasAttribute("checked"));
        dialog.Find("form").Submit();
        Assert.Equal("/api/system/kill", Assert.Single(Api.Calls).Path);
    }

    [Fact]
    public void ChosenBot_IsKilledAlone()
    {
        var dialog = Open("a");
        dialog.FindAll("input[name=kill-what]")[1].Change("bot");
        Assert.Contains("for a?", dialog.Find("#kill-title").TextContent, StringComparison.Ordinal);
        dialog.Find("form").Submit();
        Assert.Equal("/api/bots/a/kill", Assert.Single(Api.Calls).Path);
    }

    [Fact]
    public void Elsewhere_TheSystemIsAllThatIsOffered() => Assert.Empty(Open(null).FindAll("input[name=kill-what]"));

    [Theory]
    [InlineData("none", null)]
    [InlineData("opening", "opening")]
    [InlineData("all", "all")]
    public void WorkingOrders_AreWhatWasChosen(string choice, string? sent)
    {
        var dialog = Open(null);
        dialog.Find($"input[name=kill-orders][value={choice}]").Change(choice);
        dialog.Find("form").Submit();
        Assert.Equal(sent, Assert.Single(Api.Calls).Body!["cancel_open_orders"]?.GetValue<string>());
    }

    [Fact]
    public void Runner_IsNotOfferedToCancelAll()
    {
        SignIn("runner");
        Assert.Equal(["none", "opening"], Open(null).FindAll("input[name=kill-orders]").Select(choice => choice.GetAttribute("value")));
    }

    [Fact]
    public void Outcome_TellsBrokersAndWhatStaysOpen()
    {
        var dialog = Open(null, Engaged() with
        {
            CancelOpenOrders = "opening",
            Brokers = [new KilledBrokerRow("alpaca", 3, 1, 1, 0, "One was refused.")],
            Positions = [new KilledPositionRow("a", "ES", 2, false), new KilledPositionRow("b", "NQ", -1, null)],
        });
        dialog.Find("form").Submit();
        dialog.WaitForAssertion(() => Assert.Contains("alpaca 3 cancelled, 1 kept, 1 failed One was refused.", dialog.Find("section[aria-labelledby=kill-brokers-title]").TextContent, StringComparison.Ordinal));
        var open = dialog.Find("section[aria-labelledby=kill-positions-title]").TextContent;
        Assert.Contains("ES +2, without a working exit", open, StringComparison.Ordinal);
        Assert.Contains("NQ \u22121, whether an exit covers it is not known", open, StringComparison.Ordinal);
    }

    [Fact]
    public void Outcome_WithoutAGateway_SaysThatNobodyAskedTheBrokers()
    {
        var dialog = Open(null, Engaged() with { CancelOpenOrders = "all", Brokers = [], Unavailable = [new("brokers", "GATEWAY_UNAVAILABLE", Rows.Now), new("positions", "GATEWAY_UNAVAILABLE", Rows.Now)] });
        dialog.Find("form").Submit();
        dialog.WaitForAssertion(() => Assert.Contains("Nobody could ask the brokers", dialog.Markup, StringComparison.Ordinal));
        Assert.Contains("What stays open is not known", dialog.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void HaltedRunners_AreCountedAsTheyHalt()
    {
        var dialog = Open(null);
        dialog.Find("form").Submit();
        dialog.WaitForAssertion(() => Assert.Equal("0 of 2 runners have halted.", Live(dialog)));
        Store.Take(new HubBot("s1", 11, s_two[0] with { Runner = s_two[0].Runner with { Directive = Directive.Halt, DirectiveHeard = Directive.Halt } }));
        Time.Advance(TimeSpan.FromSeconds(1));
        dialog.WaitForAssertion(() => Assert.Equal("1 of 2 runners have halted.", Live(dialog)));
    }

    private static string Live(IRenderedComponent<KillDialog> dialog) => dialog.Find("#kill-live").TextContent;

    private static KillAnswerBody Engaged() => new(true, true, new(1, 1), new(0, 2), Rows.Killed(), "t");

    private IRenderedComponent<KillDialog> Open(string? bot, KillAnswerBody? answer = null)
    {
        foreach (var path in new[] { "/api/system/kill", "/api/bots/a/kill" }) Api.Answer(path, answer ?? Engaged(), ControlPlaneJson.Default.KillAnswerBody);
        Show(bots: s_two);
        var dialog = Render<KillDialog>();
        Get<KillPrompt>().Subject = bot;
        Get<KillPrompt>().Ask();
        return dialog;
    }
}
