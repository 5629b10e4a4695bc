using System.Collections.Immutable;
using System.Globalization;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Alerts.Policy;

/// <summary>Derives causes from facts, one per problem: a consequence of another cause is none. Pure.</summary>
internal static class AlertCauses
{
    private static readonly string[] s_fromGate =
    [
        $"{AlertKinds.SystemReducing}/", $"{AlertKinds.KillEngaged}/system", $"{AlertKinds.LiveArmed}/system", $"{AlertKinds.RunnerLost}/", $"{AlertKinds.KeyRefused}/",
        $"{AlertKinds.UsageLost}/", $"{AlertKinds.StoreTrouble}/",
    ];

    private static readonly string[] s_fromBots = [$"{AlertKinds.RunnerLost}/", $"{AlertKinds.BotBlind}/", $"{AlertKinds.KillEngaged}/bot/", $"{AlertKinds.LiveArmed}/bot/"];

    /// <summary>Shorter than the shortest life of a key that is known, so that a new one is no alert.</summary>
    private static readonly TimeSpan KeyEndsSoon = TimeSpan.FromDays(5);

    private static readonly TimeSpan KeyEndsNow = TimeSpan.FromDays(2);

    private static readonly string[] s_refused = [Codes.IntegrationVerifyFailed, Codes.IntegrationWrongEnvironment, Codes.IntegrationLocked];

    public static ImmutableDictionary<string, AlertCause> Of(AlertFacts facts, AlertOptions options)
    {
        var causes = ImmutableDictionary.CreateBuilder<string, AlertCause>(StringComparer.Ordinal);
        void Add(AlertCause cause)
        {
            // The same cause from two sources: the graver word counts.
            if (!causes.TryGetValue(cause.Key, out var known) || cause.Severity > known.Severity) causes[cause.Key] = cause;
        }

        foreach (var cause in OfSystem(facts)) Add(cause);
        foreach (var bot in facts.Bots ?? []) foreach (var cause in OfBot(bot, facts.Now)) Add(cause);
        foreach (var loss in facts.Losses ?? []) if (OfLoss(loss, options, facts.Now) is { } cause) Add(cause);
        foreach (var key in facts.Keys ?? []) if (OfKey(key, facts.Now) is { } cause) Add(cause);
        foreach (var node in facts.Nodes) Add(OfNode(node));
        if (facts.Audit is { Intact: false } audit) Add(OfAudit(audit, facts.AuditBrokenSince ?? facts.Now));
        return causes.ToImmutable();
    }

    /// <summary>How the keys begin of causes of which the facts say nothing: their absence is no news.</summary>
    public static ImmutableHashSet<string> Unknown(AlertFacts facts)
    {
        var unknown = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        if (!facts.GateLive) unknown.UnionWith(s_fromGate);
        if (facts.Bots is null) unknown.UnionWith(s_fromBots);
        if (facts.Losses is null) unknown.Add($"{AlertKinds.DailyLoss}/");
        if (facts.Keys is null) unknown.Add($"{AlertKinds.KeyExpiring}/");
        if (facts.Audit is null) unknown.Add($"{AlertKinds.AuditBroken}/");
        return unknown.ToImmutable();
    }

    private static IEnumerable<AlertCause> OfSystem(AlertFacts facts)
    {
        if (facts.Gate is not { } gate)
        {
            yield return Blocked("This node has heard nothing from the gate yet.", "Look at the log of the control plane.", facts.Now);
            yield break;
        }

        var store = StoreTrouble(gate);
        if (store is not null) yield return store;
        if (gate.Kill is { Engaged: true } kill) yield return OfKill(kill, null, gate.DecidedAt);
        if (!facts.GateLive)
        {
            if (store is null) yield return Blocked("The gate does not answer: its lease on this node has run out.", "Look at the log of the control plane, and whether its silos and its store run.", facts.Now);
            yield break;
        }

        if (gate.Live is { Armed: true } live) yield return OfLive(live, null, gate.DecidedAt);
        foreach (var refused in Refused(gate)) yield return refused;
        if (gate.Blockers.FirstOrDefault(b => b.Code == Codes.TelemetryLost) is { } lost)
            yield return new($"{AlertKinds.UsageLost}/system", AlertKinds.UsageLost, AlertSeverity.Warn, "system", lost.Message, lost.SuggestedFix, lost.Since);
        foreach (var runner in gate.Blockers.Where(b => b is { Code: Codes.RunnerLost, BotId: not null }))
            yield return new($"{AlertKinds.RunnerLost}/bot/{runner.BotId}", AlertKinds.RunnerLost, AlertSeverity.Page, $"bot/{runner.BotId}", runner.Message, runner.SuggestedFix, runner.Since);
        if (gate.Status == SystemStatus.Blocked)
        {
            if (store is null && Unexplained(gate) is { } blocked) yield return blocked;
        }
        else if (gate.TradingState == TradingState.Reducing)
        {
            var held = gate.Blockers.Where(b => b.Severity == Severity.Degraded && b.Gate is not null).ToImmutableArray();
            yield return new($"{AlertKinds.SystemReducing}/system", AlertKinds.SystemReducing, AlertSeverity.Warn, "system", Say("The system only reduces.", held), held.FirstOrDefault()?.SuggestedFix, Since(held, gate));
        }
    }

    /// <summary>What blocks the system besides what has an alert of its own.</summary>
    private static AlertCause? Unexplained(GateSnapshot gate)
    {
        var all = gate.Blockers.Where(b => b.Severity == Severity.Blocked).ToImmutableArray();
        var rest = all.Where(b => b.Code != Codes.KillSwitchEngaged && !(b.Provider is not null && s_refused.Contains(b.Code))).ToImmutableArray();
        if (rest.IsEmpty && !all.IsEmpty) return null;
        return Blocked(Say("The system is BLOCKED.", rest), rest.FirstOrDefault()?.SuggestedFix, Since(rest, gate));
    }

    private static AlertCause Blocked(string message, string? fix, DateTimeOffset since) =>
        new($"{AlertKinds.SystemBlocked}/system", AlertKinds.SystemBlocked, AlertSeverity.Page, "system", message, fix, since);

    private static AlertCause? StoreTrouble(GateSnapshot gate) =>
        gate.Blockers.FirstOrDefault(b => b.Code == Codes.StoreReplaced || b is { Code: Codes.DataUnavailable, Scope: "system", Provider: null, Gate: null, Severity: Severity.Blocked }) is { } b
            ? new($"{AlertKinds.StoreTrouble}/system", AlertKinds.StoreTrouble, AlertSeverity.Page, "system", b.Message, b.SuggestedFix, b.Since)
            : null;

    private static IEnumerable<AlertCause> Refused(GateSnapshot gate)
    {
        foreach (var provider in gate.Providers.Values)
        {
            if (provider.Connected || provider.Reasons.FirstOrDefault(r => s_refused.Contains(r.Code)) is not { } reason) continue;
            var blocks = gate.Blockers.Any(b => b.Provider == provider.Provider && b.Severity == Severity.Blocked);
            yield return new(
                $"{AlertKinds.KeyRefused}/integration/{provider.Provider}", AlertKinds.KeyRefused, blocks ? AlertSeverity.Page : AlertSeverity.Warn,
                $"integration/{provider.Provider}", reason.Message, reason.SuggestedFix, reason.Since);
        }
    }

    private static IEnumerable<AlertCause> OfBot(BotView bot, DateTimeOffset now)
    {
        if (bot.Kill is { Engaged: true } kill) yield return OfKill(kill, bot.BotId, now);
        if (bot.Live is { Armed: true } live) yield return OfLive(live, bot.BotId, now);
        if (bot.Blockers.FirstOrDefault(b => b.Code == Codes.RunnerLost) is { } lost)
            yield return new($"{AlertKinds.RunnerLost}/bot/{bot.BotId}", AlertKinds.RunnerLost, AlertSeverity.Warn, $"bot/{bot.BotId}", lost.Message, lost.SuggestedFix, lost.Since);
        if (bot.Blind is { Blind: true } blind)
            yield return new($"{AlertKinds.BotBlind}/bot/{bot.BotId}", AlertKinds.BotBlind, AlertSeverity.Warn, $"bot/{bot.BotId}", blind.Message, "Look at the bot's data feed and its log.", blind.Since ?? now);
    }

    private static AlertCause OfKill(KillSwitch kill, string? bot, DateTimeOffset now)
    {
        var subject = Subject(bot);
        var since = kill.Since ?? now;

        // Another kill is another cause, also of the same subject.
        var key = $"{AlertKinds.KillEngaged}/{subject}/{kill.Since?.UtcTicks ?? 0}";
        var by = kill.By is null ? "" : $" By {kill.By}.";
        return new(key, AlertKinds.KillEngaged, AlertSeverity.Page, subject, $"The kill switch of {Name(bot)} is engaged.{by} Reason: {kill.Reason ?? "none was given"}", "An operator releases it, with a reason, once the cause is mended.", since);
    }

    private static AlertCause OfLive(LiveTrading live, string? bot, DateTimeOffset now)
    {
        var subject = Subject(bot);
        var until = live.Until is { } end ? $" until {Instant(end)}" : "";
        var by = live.By is null ? "" : $" By {live.By}.";
        return new($"{AlertKinds.LiveArmed}/{subject}", AlertKinds.LiveArmed, AlertSeverity.Warn, subject, $"LIVE trading is armed for {Name(bot)}{until}.{by}", "Disarm it if nobody of you armed it.", now);
    }

    private static AlertCause? OfLoss(DayLoss loss, AlertOptions options, DateTimeOffset now)
    {
        if (loss.Limit <= 0 || loss.Loss < loss.Limit * (decimal)options.LossNearShare) return null;
        var at = loss.Loss >= loss.Limit;
        var subject = Subject(loss.Bot);
        var figures = string.Create(CultureInfo.InvariantCulture, $"{loss.Loss:0.##} of {loss.Limit:0.##} {loss.Currency} on {loss.Day:yyyy-MM-dd} (UTC)");
        return new(
            $"{AlertKinds.DailyLoss}/{subject}/{loss.Day:yyyy-MM-dd}", AlertKinds.DailyLoss, at ? AlertSeverity.Page : AlertSeverity.Warn, subject,
            at ? $"The day's loss of {Name(loss.Bot)} has reached its limit: {figures}." : $"The day's loss of {Name(loss.Bot)} is near its limit: {figures}.",
            at ? "Nothing opens until the UTC day is over; look at the open positions." : "Look at the trades of the day before the limit stops them.", now);
    }

    /// <summary>Told twice, each time once: early enough for a person with a working week, and when there is no time left to wait.</summary>
    private static AlertCause? OfKey(KeyEnd key, DateTimeOffset now)
    {
        if (key.EndsAt - now > KeyEndsSoon) return null;
        var (severity, says) = key.EndsAt <= now ? (AlertSeverity.Warn, "has ended, says the provider, at") : (key.EndsAt - now <= KeyEndsNow ? AlertSeverity.Warn : AlertSeverity.Info, "ends at");
        var subject = $"integration/{key.Provider}";
        return new($"{AlertKinds.KeyExpiring}/{subject}", AlertKinds.KeyExpiring, severity, subject, $"The key of {key.Name} {says} {Instant(key.EndsAt)}.", $"Make a new key before then, set it, and verify {key.Provider}.", now);
    }

    private static AlertCause OfNode(NodeRefusal node) => new(
        $"{AlertKinds.NodeNotReady}/node/{node.Node}", AlertKinds.NodeNotReady, AlertSeverity.Warn, $"node/{node.Node}",
        node.Refusal == GateRefusal.OtherVersion ? "This node runs another build than the gate and is not ready." : "This node has other settings or tokens than the gate and is not ready.",
        "Give every node the same build, settings and access tokens.", node.Since);

    private static AlertCause OfAudit(AuditCheck audit, DateTimeOffset since) => new(
        $"{AlertKinds.AuditBroken}/audit", AlertKinds.AuditBroken, AlertSeverity.Page, "audit",
        audit.FirstBroken is { } entry ? $"The audit log is broken at entry {entry.ToString(CultureInfo.InvariantCulture)}. {audit.Problem}" : $"The audit log is broken. {audit.Problem}",
        "Find out who changed the log; GET /api/audit/check names the first bad entry.", since);

    private static string Say(string first, ImmutableArray<Blocker> blockers)
    {
        const int Named = 3;
        var said = string.Join(' ', blockers.Take(Named).Select(b => b.Message));
        var more = blockers.Length > Named ? $" And {blockers.Length - Named} more." : "";
        return $"{first} {said}{more}".TrimEnd();
    }

    private static DateTimeOffset Since(ImmutableArray<Blocker> blockers, GateSnapshot gate) =>
        blockers.Where(b => b.Since != default).Select(b => b.Since).DefaultIfEmpty(gate.DecidedAt).Min();

    private static string Subject(string? bot) => bot is null ? "system" : $"bot/{bot}";

    private static string Name(string? bot) => bot is null ? "the system" : $"bot {bot}";

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
