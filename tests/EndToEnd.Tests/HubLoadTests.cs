using ControlPlane.Testing.Hub;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>Many connections, some that never read, some that come again at once: the others hear as before.</summary>
public sealed class HubLoadTests
{
    private const int Turns = 9;

    /// <summary>Connections of the test's own calls come and go.</summary>
    private const int OtherConnections = 5;

    [Fact]
    public async Task StalledAndReturning_OthersMissNothing_AndTheStalledAreCut()
    {
        // Time enough that a busy machine's readers are never taken for stalled ones.
        await using var scene = await Scene.OpenAsync(static scene => scene.Settings["ControlPlane__Live__StallSeconds"] = "6");
        using var load = new HubLoad(scene.Process.Address);
        await load.ListenAsync(300);
        await HubLoad.TurnAsync(scene.Process.Operator, kill: true, load.Listeners);
        await HubLoad.TurnAsync(scene.Process.Operator, kill: false, load.Listeners);
        await load.StallAsync(40);
        Assert.InRange(load.Connections(), 340, 340 + OtherConnections);

        // While they stall and others come again, a kill reaches everybody.
        var steady = load.Listeners[..200];
        await Task.WhenAll(load.ComeAgainAsync(100), HubLoad.TurnAsync(scene.Process.Operator, kill: true, steady));
        await HubLoad.UntilAsync(() => load.Listeners.TrueForAll(listener => listener.Engaged == true), "those that came again know too");
        await HubLoad.UntilAsync(() => load.Connections() <= 300 + OtherConnections, "those that never read are cut");
        await HubLoad.TurnAsync(scene.Process.Operator, kill: false, load.Listeners);
        load.AssertNothingMissed();
    }

    [Fact(Explicit = true)]
    [Trait("Category", "Long")]
    public async Task TenThousandConnections_AThousandStalled_FiveThousandReturning()
    {
        const int All = 10_000, Stalled = 1_000, Returning = 5_000;
        await using var scene = await Scene.OpenAsync(static scene =>
        {
            foreach (var gate in (string[])["dataFeedsHealthy", "brokerConnected", "llmConnected"]) scene.Settings[$"ControlPlane__Policy__Gates__{gate}__Required"] = "false";
        });
        await scene.Process.Operator.UntilStatus("OK");
        using var load = new HubLoad(scene.Process.Address);
        await load.ListenAsync(All - Returning);
        var steady = load.Listeners;
        using var crowd = await HubChildProcess.StartAsync(scene.Process.Address, ControlPlaneProcess.ViewerToken, Returning);
        Assert.InRange(load.Connections(), All, All + OtherConnections);
        var alone = await TurnsAsync(scene, steady);

        // Stalled ones are there at every turn: they are cut so soon that each turn needs new ones.
        var beside = new List<double[]>();
        var cut = new List<double>();
        for (var turn = 0; turn < Turns; turn++)
        {
            var before = load.Connections();
            await load.StallAsync(Stalled / Turns);
            var cutting = HubLoad.UntilAsync(() => load.Connections() <= before + OtherConnections, "those that never read are cut");
            beside.Add(await HubLoad.TurnAsync(scene.Process.Operator, kill: true, steady));
            cut.Add((await cutting).TotalSeconds);
            await ReopenAsync(scene, load);
        }

        // All of them at once, while half of the others come again.
        await load.StallAsync(Stalled);
        var returning = crowd.ComeAgainAsync();
        var storm = await HubLoad.TurnAsync(scene.Process.Operator, kill: true, steady);
        var back = await returning;
        await crowd.UntilEngagedAsync();
        await HubLoad.UntilAsync(() => load.Connections() <= All + OtherConnections, "those that never read are cut");
        load.AssertNothingMissed();
        Assert.Equal((0, 0), await crowd.CheckAsync());

        var (idle, with) = (Middle(alone), Middle(beside));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"Kill to the middle client of {steady.Count}, and to the last: alone {idle.Middle:0} and {idle.Last:0} ms; beside {Stalled / Turns} stalled {with.Middle:0} and {with.Last:0} ms "
            + $"(ratios {with.Middle / idle.Middle:0.00} and {with.Last / idle.Last:0.00}); while {Returning} come again, the last after {back.TotalSeconds:0.0} s, {storm[storm.Length / 2]:0} and {storm[^1]:0} ms. "
            + $"Stalled ones cut after {cut.Min():0.00} to {cut.Max():0.00} s.");
    }

    private static async Task<List<double[]>> TurnsAsync(Scene scene, List<HubListener> steady)
    {
        var turns = new List<double[]>();
        for (var turn = 0; turn < Turns; turn++)
        {
            turns.Add(await HubLoad.TurnAsync(scene.Process.Operator, kill: true, steady));
            await HubLoad.TurnAsync(scene.Process.Operator, kill: false, steady);
            await scene.Process.Operator.UntilStatus("OK");
        }

        return turns;
    }

    private static async Task ReopenAsync(Scene scene, HubLoad load)
    {
        await HubLoad.TurnAsync(scene.Process.Operator, kill: false, load.Listeners);
        await scene.Process.Operator.UntilStatus("OK");
    }

    /// <summary>Of the turns, the median of each one's middle and of each one's last.</summary>
    private static (double Middle, double Last) Middle(List<double[]> turns) =>
        (turns.Select(static turn => turn[turn.Length / 2]).Order().ElementAt(Turns / 2), turns.Select(static turn => turn[^1]).Order().ElementAt(Turns / 2));
}
