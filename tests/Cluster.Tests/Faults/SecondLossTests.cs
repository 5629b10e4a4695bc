namespace ControlPlane.Cluster.Tests.Faults;

/// <summary>One silo is lost and comes back; then the other one is lost.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class SecondLossTests
{
    [Fact]
    public async Task SilosKilledInTurn_TheOneThatCameBackTakesTheGateOver()
    {
        await using var cluster = await ClusterFixture.StartAsync();
        var silos = new[] { await cluster.SiloAsync("silo-1"), await cluster.SiloAsync("silo-2") };
        var front = await cluster.FrontEndAsync("front");
        cluster.Recorder.Watch(front);
        await ClusterFixture.UntilOpenAsync(front);
        for (var turn = 0; turn < 4; turn++)
        {
            var lost = silos[turn % 2];
            var warm = lost.LastLine("Warmed up");
            await lost.KillAsync();
            await ClusterFixture.Pass(TimeSpan.FromSeconds(2));
            TestContext.Current.TestOutputHelper?.WriteLine($"{lost.Name} lost, open again after {(await ClusterFixture.UntilOpenAsync(front)).TotalSeconds + 2:0.0} s");
            await lost.StartAsync();
            await ClusterFixture.UntilAsync(() => lost.LastLine("Warmed up") != warm, () => $"{lost.Name} can take the gate over");
        }

        await cluster.AssertPromisesAsync(front);
    }
}
