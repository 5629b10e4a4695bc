using System.Reflection;
using ControlPlane.Abstractions;
using ControlPlane.Grains.History;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Api.Tests.Host;

/// <summary>Gives out the fakes of <see cref="FakeCluster"/> by interface and key.</summary>
public class FakeGrainFactory : DispatchProxy
{
    private FakeCluster _cluster = null!;
    private FakeStores _stores = null!;

    internal static IGrainFactory Over(FakeCluster cluster, FakeStores stores)
    {
        var factory = Create<IGrainFactory, FakeGrainFactory>();
        ((FakeGrainFactory)(object)factory)._cluster = cluster;
        ((FakeGrainFactory)(object)factory)._stores = stores;
        return factory;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var grain = targetMethod!.GetGenericArguments().Single();
        if (grain == typeof(ISystemGateGrain) || grain == typeof(ISystemAdminGrain)) return _cluster.Gate;
        if (grain == typeof(IChangeFeedGrain)) return _cluster.Board;
        if (grain == typeof(IAuditGrain)) return _cluster.Audit;
        if (grain == typeof(IAlertGrain)) return _cluster.Alerts;
        if (grain == typeof(IUsageIngestGrain)) return _cluster.Ingest;
        if (grain == typeof(IHistoryGrain)) return new HistoryGrain(_stores, _stores, _stores, _stores, _stores, _stores, _stores, NullLogger<HistoryGrain>.Instance);
        if (grain == typeof(IEndedSessionsGrain)) return _cluster.Sessions;
        if (grain == typeof(IBotDirectoryGrain)) return new FakeDirectory(_cluster, (long)args![0]!);
        if (grain == typeof(IProviderGrain)) return new FakeProvider(_cluster, (string)args![0]!);
        if (grain == typeof(IBotGrain) || grain == typeof(IBotAdminGrain)) return new FakeBot(_cluster, (string)args![0]!);
        if (grain == typeof(IBotGatewayGrain)) return FakeBotGateway.Of(_cluster, (string)args![0]!);
        throw new NotSupportedException(grain.Name);
    }
}
