using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Grains.Gates.Policy;

namespace ControlPlane.Grains.Bots.Policy;

/// <summary>A bot's own facts.</summary>
internal sealed record BotFacts(string BotId, BotSpec Spec, AutonomyTier Tier, KillSwitch Kill, LiveTrading Live, RunnerState Runner, RunnerTrouble Trouble);

/// <summary>Whether a bot may act on its own, everything against it, and the shortest way out.</summary>
internal sealed record BotReadiness(SystemStatus Status, ImmutableArray<Blocker> Blockers, ImmutableArray<PathStep> PathToOk);

/// <summary>Readiness of a bot: the system's blockers and its own.</summary>
internal static class BotReadinessPolicy
{
    /// <summary>LIVE needs this tier or a higher one.</summary>
    public const AutonomyTier LiveTier = AutonomyTier.Supervised;

    /// <param name="mode">The mode that is asked for; a paper start of a LIVE bot needs no arming.</param>
    public static BotReadiness Evaluate(BotFacts bot, NodeGateReading gate, TradingMode mode, DateTimeOffset now)
    {
        var blockers = new List<Blocker>();
        if (bot.Kill.Engaged) blockers.Add(BlockerPolicy.Kill(bot.Kill, "bot", bot.BotId));
        if (!gate.IsLive)
        {
            blockers.Add(gate.Suspended is { } slept
                ? Blocker.From(slept, Severity.Blocked)
                : new(Codes.GateLeaseExpired, Severity.Blocked, "system", null, null, null, "This node has no valid lease of the gate.", "No action for the first seconds after a start. If it lasts, look at the log of the control plane.", gate.HeardAt ?? now, null)
                {
                    Resolution = Resolution.SelfHealing,
                    ManualAfter = BlockerPolicy.StartTime,
                });
        }
        else
        {
            // The effect of another bot's runner is shown at the system and at that bot.
            blockers.AddRange(gate.Snapshot!.Blockers.Where(b => b.BotId is null && (b.Severity == Severity.Blocked || Concerns(b, bot.Spec, gate.Snapshot))));
            blockers.AddRange(Requirements(bot, gate.Snapshot, blockers, now));
            blockers.AddRange(FailingCalls(bot, gate.Snapshot, now));
        }

        blockers.AddRange(RunnerTroublePolicy.Evaluate(bot.BotId, bot.Runner, bot.Trouble, now));
        if (mode == TradingMode.Live) blockers.AddRange(Live(bot, gate, blockers, now).ToArray());
        ImmutableArray<Blocker> ordered =
        [
            .. blockers.Where(b => b.Severity == Severity.Blocked).OrderBy(BlockerPolicy.Rank),
            .. blockers.Where(b => b.Severity == Severity.Degraded),
        ];
        ordered = [.. ordered.Select(b => b.At(now))];
        var status = ordered.Any(b => b.Severity == Severity.Blocked) || (gate.IsLive && gate.Snapshot!.Status == SystemStatus.Blocked)
            ? SystemStatus.Blocked
            : ordered.IsEmpty ? SystemStatus.Ok : SystemStatus.Degraded;
        var providers = gate.Snapshot?.Providers ?? ImmutableDictionary<string, ProviderCondition>.Empty;
        return new(status, ordered, PathPolicy.For(
            ordered,
            id => providers.GetValueOrDefault(id)?.MissingVariables ?? [],
            id => bot.Spec.Requires.Contains(id) || providers.GetValueOrDefault(id) is { Mandatory: true },
            gate.Snapshot is { } decided ? new PublishedPathChoices(decided) : NoPathChoices.Instance));
    }

    /// <summary>What degrades the system degrades those bots that need what is degraded, or all while its gate reduces trading.</summary>
    private static bool Concerns(Blocker degraded, BotSpec bot, GateSnapshot system) => degraded.Provider is { } provider
        && (bot.Requires.Contains(provider) || (degraded.Gate is not null && (bot.Requires.IsEmpty || system.TradingState == TradingState.Reducing)));

    /// <summary>Blockers of a <c>reduce_only</c> start: a kill, a node that may have missed one, and LIVE for a paper bot.</summary>
    public static BotReadiness ForExits(BotReadiness whole)
    {
        ImmutableArray<Blocker> left =
        [
            .. whole.Blockers.Where(b => b.Severity != Severity.Blocked
                || b.Code is Codes.KillSwitchEngaged or Codes.GateLeaseExpired or Codes.HostSuspended or Codes.LiveNotArmed),
        ];
        return left.Any(b => b.Severity == Severity.Blocked)
            ? whole with { Blockers = left }
            : new(left.IsEmpty ? SystemStatus.Ok : SystemStatus.Degraded, left, []);
    }

    /// <summary>Each required provider must be connected; a bot that names none requires every gate, also one that the system can do without.</summary>
    private static IEnumerable<Blocker> Requirements(BotFacts bot, GateSnapshot system, List<Blocker> known, DateTimeOffset now)
    {
        if (bot.Spec.Requires.IsEmpty)
        {
            foreach (var gate in system.Gates.Where(g => !g.Healthy && !known.Any(b => b.Gate == g.Gate && b.Severity == Severity.Blocked)))
            {
                yield return Cheapest(system, gate.Gate) is { } provider
                    ? BlockerPolicy.ForCondition(provider, Severity.Blocked, now) with { Scope = "bot", BotId = bot.BotId, Since = gate.Since }
                    : new(BotGatePolicy.GateCode(gate.Gate), Severity.Blocked, "bot", gate.Gate, null, bot.BotId, gate.Message, "Declare what this bot requires, or bring this gate to hold.", gate.Since, null);
            }

            yield break;
        }

        foreach (var id in bot.Spec.Requires.Where(id => !known.Any(b => b.Provider == id && b.Severity == Severity.Blocked)))
        {
            if (!system.Providers.TryGetValue(id, out var condition))
            {
                yield return new(Codes.UnknownProvider, Severity.Blocked, "bot", null, id, bot.BotId, $"This bot requires {id}, which is not in the catalogue or is switched off.", $"Enable {id}, or drop the requirement.", now, null);
            }
            else if (BotGatePolicy.IsUnprovable(condition))
            {
                yield return new(
                    Codes.IntegrationNeverVerified,
                    Severity.Degraded,
                    "bot",
                    GateNames.ForCategory(condition.Category),
                    id,
                    bot.BotId,
                    $"This bot requires {condition.Name}, and nobody can prove its key: no harmless verify exists.",
                    "No action: the bot opens no new exposure, exits pass. Drop the requirement if the bot can do without it.",
                    condition.Reasons.FirstOrDefault()?.Since ?? now,
                    null)
                {
                    Resolution = Resolution.Waits,
                };
            }
            else if (!condition.Connected)
            {
                yield return BlockerPolicy.ForCondition(condition, Severity.Blocked, now) with { Scope = "bot", BotId = bot.BotId };
            }
            else if (condition.State == ProviderState.Degraded && !known.Any(b => b.Provider == id))
            {
                yield return BlockerPolicy.ForCondition(condition, Severity.Degraded, now) with { Scope = "bot", BotId = bot.BotId };
            }
        }
    }

    /// <summary>Providers that this bot's own calls fail at, unless they are degraded for all.</summary>
    private static IEnumerable<Blocker> FailingCalls(BotFacts bot, GateSnapshot system, DateTimeOffset now) => system.Providers.Values
        .Where(p => p.FailsFor(bot.BotId) && p.State == ProviderState.Connected)
        .OrderBy(p => p.Provider, StringComparer.Ordinal)
        .Select(p => new Blocker(
            Codes.IntegrationDegraded, Severity.Degraded, "bot", GateNames.ForCategory(p.Category), p.Provider, bot.BotId, $"Calls of this bot to {p.Name} fail.", "Look at what this bot calls; it ends by itself when its calls succeed.", now, p.EvidenceTraceId));

    /// <summary>The provider that brings a gate to hold with the fewest new secrets.</summary>
    private static ProviderCondition? Cheapest(GateSnapshot system, string gate) => system.Providers.Values
        .Where(p => p.Verifiable && GateNames.ForCategory(p.Category) == gate)
        .OrderBy(p => p.State == ProviderState.NotConfigured ? p.MissingVariables.Length : 0)
        .ThenBy(p => p.Provider, StringComparer.Ordinal)
        .FirstOrDefault();

    private static IEnumerable<Blocker> Live(BotFacts bot, NodeGateReading gate, List<Blocker> known, DateTimeOffset now)
    {
        Blocker Own(string code, string message, string fix) => new(code, Severity.Blocked, "bot", null, null, bot.BotId, message, fix, now, null);

        if (bot.Spec.Mode != TradingMode.Live) yield return Own(Codes.LiveNotArmed, "This bot is registered for paper.", "An operator registers it with mode live, then arms LIVE for the system and for the bot.");
        else
        {
            if (!(gate.Snapshot?.Live.Armed ?? false)) yield return Own(Codes.LiveNotArmed, "LIVE is not armed for the system.", "An operator arms LIVE for the system.");
            if (!bot.Live.Armed) yield return Own(Codes.LiveNotArmed, "LIVE is not armed for this bot.", "An operator arms LIVE for this bot.");
        }

        if (bot.Spec.Mode == TradingMode.Live && gate.Snapshot is { } system && !LiveBrokerPolicy.IsVerified(system, bot.Spec.Requires))
        {
            var broker = LiveBrokerPolicy.Candidates(system, bot.Spec.Requires).FirstOrDefault(candidate => candidate.Connected);

            // A broker that isn't connected at all has a blocker of its own.
            if (broker is not null || !known.Any(b => b.Severity == Severity.Blocked && b.Gate == GateNames.Broker)) yield return Own(
                Codes.IntegrationWrongEnvironment,
                broker is null ? "No broker is verified for live trading." : $"{broker.Name} is verified in {broker.Environment ?? "an unknown environment"}, and this bot is to trade live.",
                broker is null ? "Connect a broker with keys of its live environment, then verify it." : $"Set the environment and the keys of {broker.Provider} to its live ones, then verify it.")
                with { Provider = broker?.Provider };
        }

        if (bot.Tier < LiveTier) yield return Own(Codes.TierTooLow, "This bot's tier is too low for LIVE.", "Let it earn SUPERVISED on paper, then promote it.");
    }
}
