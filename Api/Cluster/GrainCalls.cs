using ControlPlane.Abstractions;

namespace ControlPlane.Api.Cluster;

/// <summary>The grains by their keys.</summary>
internal static class GrainCalls
{
    public static ISystemGateGrain SystemGate(this IGrainFactory grains) => grains.GetGrain<ISystemGateGrain>(0);

    public static ISystemAdminGrain SystemAdmin(this IGrainFactory grains) => grains.GetGrain<ISystemAdminGrain>(0);

    public static IAuditGrain Audit(this IGrainFactory grains) => grains.GetGrain<IAuditGrain>(0);

    public static IAlertGrain Alerts(this IGrainFactory grains) => grains.GetGrain<IAlertGrain>(0);

    public static IHistoryGrain History(this IGrainFactory grains) => grains.GetGrain<IHistoryGrain>(0);

    public static IEndedSessionsGrain EndedSessions(this IGrainFactory grains) => grains.GetGrain<IEndedSessionsGrain>(0);

    public static IChangeFeedGrain ChangeFeed(this IGrainFactory grains) => grains.GetGrain<IChangeFeedGrain>(0);

    public static IUsageIngestGrain UsageIngest(this IGrainFactory grains) => grains.GetGrain<IUsageIngestGrain>(0);

    public static IProviderGrain Provider(this IGrainFactory grains, string id) => grains.GetGrain<IProviderGrain>(id);

    public static IBotGrain Bot(this IGrainFactory grains, string id) => grains.GetGrain<IBotGrain>(id);

    public static IBotAdminGrain BotAdmin(this IGrainFactory grains, string id) => grains.GetGrain<IBotAdminGrain>(id);

    public static IEnumerable<IBotDirectoryGrain> BotDirectory(this IGrainFactory grains) =>
        Enumerable.Range(0, IBotDirectoryGrain.ShardCount).Select(shard => grains.GetGrain<IBotDirectoryGrain>(shard));
}
