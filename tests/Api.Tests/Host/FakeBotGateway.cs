using System.Reflection;
using ControlPlane.Abstractions;

namespace ControlPlane.Api.Tests.Host;

/// <summary>A bot's side of the gateway that takes refusals and knows nothing else.</summary>
internal class FakeBotGateway : DispatchProxy
{
    private FakeCluster _cluster = null!;
    private string _botId = "";

    public static IBotGatewayGrain Of(FakeCluster cluster, string botId)
    {
        var grain = Create<IBotGatewayGrain, FakeBotGateway>();
        ((FakeBotGateway)(object)grain)._cluster = cluster;
        ((FakeBotGateway)(object)grain)._botId = botId;
        return grain;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name != nameof(IBotGatewayGrain.RecordRefusal)) throw new NotSupportedException(targetMethod.Name);
        _cluster.Refusals.Enqueue((_botId, (string)args![0]!, (string)args[1]!, (OrderRefusal)args[3]!));
        return Task.FromResult<string?>("no-trade");
    }
}
