using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>Operator acts on a grain that a test has as bots and runners see it.</summary>
internal static class OperatorCalls
{
    public static Task<BotAnswer> Release(this IBotGrain bot, string reason, Caller by) => bot.AsReference<IBotAdminGrain>().Release(reason, by);

    public static Task<BotAnswer> ArmLive(this IBotGrain bot, TimeSpan duration, string reason, Caller by) => bot.AsReference<IBotAdminGrain>().ArmLive(duration, reason, by);

    public static Task<BotAnswer> Promote(this IBotGrain bot, string reason, Caller by) => bot.AsReference<IBotAdminGrain>().Promote(reason, by);

    public static Task<ControlAnswer> Release(this ISystemGateGrain system, string reason, Caller by) => system.AsReference<ISystemAdminGrain>().Release(reason, by);

    public static Task<ControlAnswer> ArmLive(this ISystemGateGrain system, TimeSpan duration, string reason, Caller by) => system.AsReference<ISystemAdminGrain>().ArmLive(duration, reason, by);

    public static Task<ControlAnswer> ConfirmStore(this ISystemGateGrain system, string reason, TimeSpan sessionLifetime, Caller by) =>
        system.AsReference<ISystemAdminGrain>().ConfirmStore(reason, sessionLifetime, by);
}
