using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Gates.Policy;

/// <summary>May this bot act, given the system's decision and what the bot has told about itself?</summary>
internal static class BotGatePolicy
{
    /// <summary>What may pass, and the codes of what speaks against more.</summary>
    /// <param name="leaseLive">Whether the bot's lease still runs.</param>
    /// <param name="armedLive">Whether the bot's own LIVE arming still runs.</param>
    public static (TradingState State, ImmutableArray<string> Codes) Decide(GateSnapshot system, BotGateReport bot, bool leaseLive, bool armedLive)
    {
        var codes = ImmutableArray.CreateBuilder<string>();
        if (bot.Killed) codes.Add(Codes.KillSwitchEngaged);
        if (!leaseLive || bot.Fence != system.Fence) codes.Add(Codes.LeaseFenced);
        if (bot.Live)
        {
            if (!system.Live.Armed || !armedLive) codes.Add(Codes.LiveNotArmed);
            if (!bot.TierAllowsLive) codes.Add(Codes.TierTooLow);
            if (!LiveBrokerPolicy.IsVerified(system, bot.Requires.IsDefault ? [] : bot.Requires)) codes.Add(Codes.IntegrationWrongEnvironment);
        }

        if (system.Status == SystemStatus.Blocked) codes.AddRange(system.Blockers.Where(b => b.Severity == Severity.Blocked).Select(b => b.Code).DefaultIfEmpty(Codes.DataUnavailable));
        var needs = Needs(system, bot.Requires);
        codes.AddRange(needs.Codes);
        if (codes.Count > 0) return (TradingState.Halted, [.. codes.Distinct()]);

        var reducing = system.TradingState == TradingState.Reducing || needs.Degraded || system.Providers.Values.Any(p => p.FailsFor(bot.BotId));
        return reducing ? (TradingState.Reducing, [Codes.IntegrationDegraded]) : (TradingState.Active, []);
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

    /// <summary>Configured, and nobody can prove the key: no harmless verify exists.</summary>
    internal static bool IsUnprovable(ProviderCondition condition) => condition is { Verifiable: false, State: ProviderState.ConfiguredNotConnected };

    internal static string GateCode(string gate) => gate switch
    {
        GateNames.SupervisorLoop => Codes.SupervisorLoopInactive,
        GateNames.TimeoutWorker => Codes.TimeoutWorkerInactive,
        GateNames.RiskEngine => Codes.RiskEngineDisconnected,
        _ => Codes.IntegrationKeyMissing,
    };
}
