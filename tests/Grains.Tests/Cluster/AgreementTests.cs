using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Grains.Gates.Policy;
using ControlPlane.Silo.Hosting;
using ControlPlane.Silo.Hosting.Settings;
using Microsoft.Extensions.Configuration;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>A node with another build or other settings is refused by the gate, and is closed until they agree.</summary>
public sealed class AgreementTests
{
    [Fact]
    public async Task OddNode_IsRefusedAndNobodyWaitsForIt()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        var update = await cluster.System.WaitForChange(new GateFollowRequest("odd", default, 0, "0.0.0/other"));
        Assert.Equal((GateRefusal.OtherVersion, 0L, null), (update.Refusal, update.ValidForMs, update.System));
        var killing = cluster.System.Kill("drill", ControlPlaneCluster.Operator);
        await cluster.Until(() => killing.IsCompleted, "the kill is answered");
        Assert.Equal(new Acknowledgements(1, 1), (await killing).Nodes);
    }

    [Fact]
    public async Task RefusedNode_ClosesAtOnceAndOpensWhenItIsTakenAgain()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        cluster.Node.Refuse(GateRefusal.OtherConfiguration);
        Assert.Equal((TradingState.Halted, GateRefusal.OtherConfiguration), (cluster.Node.Check().TradingState, cluster.Node.Read().Refusal));
        await cluster.UntilOk();
        Assert.Equal(GateRefusal.None, cluster.Node.Read().Refusal);
    }

    [Fact]
    public void Fingerprint_IsTheSameInAnyOrderAndDiffersWithEachSetting()
    {
        (string, string)[] settings =
        [
            ("ControlPlane:Policy:Gates:llmConnected:Required", "false"), ("ControlPlane:Policy:Gates:brokerConnected:AnyOf", "oanda,alpaca"),
            ("ControlPlane:Integrations:polygon:BaseUrl", "http://127.0.0.1:1"), ("ControlPlane:Integrations:oanda:Required", "true"),
        ];
        var own = Of(settings);
        Assert.Equal(own, Of([.. settings.Reverse()]));
        (string, string)[] changes =
        [
            ("ControlPlane:Policy:Gates:llmConnected:Required", "true"), ("ControlPlane:Integrations:polygon:BaseUrl", "http://127.0.0.1:2"),
            ("ControlPlane:Gate:LeaseSeconds", "5"), ("ControlPlane:Gate:OpenAfter", "3"), ("ControlPlane:Verify:FreshnessSeconds", "60"),
            ("ControlPlane:Bots:LeaseSeconds", "40"), ("ControlPlane:Risk:MaxOrderQuantity", "7"), ("ControlPlane:Policy:RiskEngine", "external"),
            ("ControlPlane:Autonomy:PaperScore", "61"), ("ControlPlane:Autonomy:HoldEvaluations", "4"), ("ControlPlane:Traces:MaxAheadSeconds", "200"),
            ("ControlPlane:Traces:BlindFactor", "3"), ("ControlPlane:Usage:LossSeconds", "7200"),
        ];
        foreach (var change in changes) Assert.NotEqual(own, Of([.. settings.Where(s => s.Item1 != change.Item1), change]));
        Assert.Equal(GateRefusal.None, AgreementPolicy.Evaluate(ConfigurationFingerprint.Of(Settings(settings)), own));
    }

    private static string Of(params (string Key, string Value)[] settings) => ConfigurationFingerprint.Of(Settings(settings)).Text;

    private static SiloSettings Settings((string Key, string Value)[] settings) => SiloSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build());
}
