using ControlPlane.Contracts;
using ControlPlane.Dashboard.Keys;
using ControlPlane.Dashboard.Views.Status;

namespace ControlPlane.Dashboard.Tests.Views.Status;

public sealed class PathCardTests : PageContext
{
    [Fact]
    public void NothingKnown_DoesNotSayThatNothingIsToDo()
    {
        Assert.DoesNotContain("Nothing to do", Card(null), StringComparison.Ordinal);
        Assert.DoesNotContain("Nothing to do", Card([], off: true), StringComparison.Ordinal);
        Assert.Contains("unavailable", Card(null), StringComparison.Ordinal);
        Assert.Contains("Nothing to do.", Card([], status: SystemStatus.Ok), StringComparison.Ordinal);
        Assert.DoesNotContain("Nothing to do", Card([], status: SystemStatus.Degraded), StringComparison.Ordinal);
    }

    [Fact]
    public void AnyOf_SaysThatAnyOneWillDo()
    {
        var step = new PathStepRow(1, "set_env", "polygon", ["POLYGON_API_KEY"], "Set it.") { AnyOf = [new("polygon", ["POLYGON_API_KEY"]), new("oanda", ["OANDA_TOKEN", "OANDA_ACCOUNT"])] };
        var card = Card([step]);
        Assert.Contains("Any one will do", card, StringComparison.Ordinal);
        Assert.Contains("oanda, 2 names", card, StringComparison.Ordinal);
        Assert.DoesNotContain("Any one will do", Card([step with { AnyOf = [] }]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("release_kill", Act.Release)]
    [InlineData("confirm_store", Act.ConfirmStore)]
    [InlineData("arm_live", Act.ArmLive)]
    public void Step_HasTheButtonThatDoesIt(string action, Act act)
    {
        Show();
        Act? asked = null;
        Get<ActPrompt>().Asked += (what, _) => asked = what;
        Render<PathSteps>(parameters => parameters.Add(p => p.Steps, [new PathStepRow(1, action, null, [], "Do it.")])).Find("button").Click();
        Assert.Equal(act, asked);
    }

    [Fact]
    public void ArmingForABot_IsOfferedOnlyOnceItsTierAllowsLive()
    {
        var bot = Rows.Bot("a") with { Mode = TradingMode.Live };
        PathStepRow[] steps = [new(1, "arm_live", null, [], "An operator arms LIVE for the system."), new(2, "arm_live", null, [], "An operator arms LIVE for this bot.")];
        Assert.Equal(0, Buttons(bot));
        Assert.Equal(2, Buttons(bot with { Tier = AutonomyTier.Supervised }));

        int Buttons(BotRow row)
        {
            Show(bots: [row]);
            return Render<PathSteps>(parameters => parameters.Add(p => p.Steps, steps).Add(p => p.BotId, "a")).FindAll("button").Count;
        }
    }

    [Fact]
    public void SickProvider_StandsFirstAmongThoseOfAGate()
    {
        var rows = new[] { Rows.Integration("a"), Rows.Integration("b", ProviderState.NotConfigured), Rows.Integration("c", ProviderState.Degraded), Rows.Integration("d", ProviderState.ConfiguredNotConnected) with { SupportsVerify = false }, Rows.Integration("e", ProviderState.ConfiguredNotConnected) }
            .ToDictionary(row => row.Provider);
        Assert.Equal(["e", "c", "a"], GateNames.SickFirst(["a", "b", "c", "d", "e"], rows).Take(3));
    }

    private string Card(IReadOnlyList<PathStepRow>? steps, bool off = false, SystemStatus status = SystemStatus.Blocked) =>
        Render<PathCard>(parameters => parameters.Add(p => p.Steps, steps).Add(p => p.Disabled, off).Add(p => p.Status, status)).Markup;
}
