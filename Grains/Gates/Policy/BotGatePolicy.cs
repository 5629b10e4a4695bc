using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Gates.Policy;

/// <summary>What may pass for a bot.</summary>
/// <param name="Codes">Why <paramref name="State"/> is not higher.</param>
/// <param name="Exits">Whether exits may pass, in whatever state: the lease runs and no kill is engaged.</param>
internal readonly record struct BotGateDecision(TradingState State, ImmutableArray<string> Codes, bool Exits);

/// <summary>May this bot act, given the system's decision and the bot's own report? The one rule of permits, heartbeats and orders.</summary>
internal static class BotGatePolicy
{
    /// <param name="leaseLive">Whether the bot's lease still runs.</param>
    /// <param name="armedLive">Whether the bot's own LIVE arming still runs.</param>
    public static BotGateDecision Decide(GateSnapshot system, BotGateReport bot, bool leaseLive, bool armedLive)
    {
        var holds = leaseLive && bot.Fence == system.Fence;
        var exits = holds && !bot.Killed && !system.Kill.Engaged;
        var halting = ImmutableArray.CreateBuilder<string>();
        if (bot.Killed) halting.Add(Codes.KillSwitchEngaged);
        if (!holds) halting.Add(Codes.LeaseFenced);
        if (system.Status == SystemStatus.Blocked) halting.AddRange(system.Blockers.Where(b => b.Severity == Severity.Blocked).Select(b => b.Code).DefaultIfEmpty(Codes.DataUnavailable));
        var needs = Needs(system, bot.Requires);
        halting.AddRange(needs.Codes);
        var opening = Opening(system, bot, armedLive);
        if (halting.Count > 0) return new(TradingState.Halted, [.. halting.Concat(opening).Distinct()], exits);

        var reducing = system.TradingState == TradingState.Reducing || needs.Degraded || system.Providers.Values.Any(p => p.FailsFor(bot.BotId));
        if (reducing) opening = [Codes.IntegrationDegraded, .. opening];
        return new(opening.IsEmpty ? TradingState.Active : TradingState.Reducing, opening, exits);
    }

    /// <summary>What binds opening orders alone: LIVE, the tier, and a lease that was asked for to reduce.</summary>
    private static ImmutableArray<string> Opening(GateSnapshot system, BotGateReport bot, bool armedLive)
    {
        if (bot is { ReduceOnly: false, Live: false }) return [];
        var codes = ImmutableArray.CreateBuilder<string>();
        if (bot.ReduceOnly) codes.Add(Codes.OperationNotAllowed);
        if (bot.Live && (!system.Live.Armed || !armedLive)) codes.Add(Codes.LiveNotArmed);
        if (bot.Live && !bot.TierAllowsLive) codes.Add(Codes.TierTooLow);
        if (bot.Live && !LiveBrokerPolicy.IsVerified(system, bot.Requires.IsDefault ? [] : bot.Requires)) codes.Add(Codes.IntegrationWrongEnvironment);
        return codes.ToImmutable();
    }

    /// <summary>What the bot's own requirements say: every gate when it declares nothing, else each provider that it names.</summary>
    private static (ImmutableArray<string> Codes, bool Degraded) Needs(GateSnapshot system, ImmutableArray<string> requires)
    {
        if (requires.IsDefaultOrEmpty)
        {
            var bad = system.Gates.Where(g => !g.Healthy).ToArray();
            return ([.. bad.Select(g => system.Blockers.FirstOrDefault(b => b.Gate == g.Gate)?.Code ?? GateCode(g.Gate))], false);
        }

        var codes = ImmutableArray.CreateBuilder<string>();
        var degraded = false;
        foreach (var id in requires)
        {
            if (!system.Providers.TryGetValue(id, out var condition)) codes.Add(Codes.UnknownProvider);
            else if (IsUnprovable(condition)) degraded = true;
            else if (!condition.Connected) codes.Add(condition.Reasons.FirstOrDefault(r => r.Severity == Severity.Blocked)?.Code ?? Codes.DataUnavailable);
            else degraded |= condition.State == ProviderState.Degraded;
        }

        return (codes.ToImmutable(), degraded);
    }

    /// <summary>Configured, and the key can't be proven: no harmless verify exists.</summary>
    internal static bool IsUnprovable(ProviderCondition condition) => condition is { Verifiable: false, State: ProviderState.ConfiguredNotConnected };

    internal static string GateCode(string gate) => gate switch
    {
        GateNames.SupervisorLoop => Codes.SupervisorLoopInactive,
        GateNames.TimeoutWorker => Codes.TimeoutWorkerInactive,
        GateNames.RiskEngine => Codes.RiskEngineDisconnected,
        _ => Codes.IntegrationKeyMissing,
    };
}
