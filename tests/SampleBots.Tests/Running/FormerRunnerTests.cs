using ControlPlane.SampleBots.Running;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.SampleBots.Tests.Running;

public sealed class FormerRunnerTests
{
    [Fact]
    public async Task Order_UnderTheLostLease_StopsAtTheGateway()
    {
        await using var scene = await DeskScene.OpenAsync();
        var former = Former(scene);
        (scene.Gateway.Epoch, var before) = (2, scene.OrdersAtBroker);

        Assert.True(await former.OrderAsync(TestContext.Current.CancellationToken));
        Assert.Equal(before, scene.OrdersAtBroker);
        Assert.Equal(FakeGateway.TokenOf("bot-1", 1), scene.Gateway.Calls[^1].Token);
    }

    [Fact]
    public async Task Order_ThatPassedAllTheSame_HasTheAccountCountedAnew()
    {
        await using var scene = await DeskScene.OpenAsync();
        Assert.False(await Former(scene).OrderAsync(TestContext.Current.CancellationToken));
        Assert.Equal(1, scene.OrdersAtBroker);

        scene.Desk.CountAnew();
        scene.Time.Advance(TimeSpan.FromSeconds(2));
        await scene.CycleAsync();
        Assert.StartsWith("adopted-", scene.Fake.Trades[0].TradeId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Order_WhoseAnswerWasLost_HasTheAccountCountedAnew()
    {
        await using var scene = await DeskScene.OpenAsync();
        scene.Gateway.LosesOrders = true;
        Assert.False(await Former(scene).OrderAsync(TestContext.Current.CancellationToken));
    }

    private static FormerRunner Former(DeskScene scene)
    {
        var lease = scene.Permit.Lease!;
        return new FormerRunner(scene.Profile, lease, scene.Providers(lease).Broker, NullLogger<FormerRunner>.Instance);
    }
}
