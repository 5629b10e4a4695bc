using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Alerts.Policy;

/// <summary>What opens, groups, holds, repeats, escalates and resolves an alert. Pure.</summary>
internal static class AlertPolicy
{
    /// <summary>More than this many alerts of one kind at a time become one.</summary>
    public const int MostAtOnce = 3;

    /// <summary>How long causes that need no proof by time wait for others that came with them.</summary>
    public static readonly TimeSpan GroupWait = TimeSpan.FromSeconds(2);

    /// <summary>How long a cause must last before it is sent, and be gone before its end is sent.</summary>
    public static TimeSpan HoldOf(string kind, AlertOptions options) => kind switch
    {
        AlertKinds.KillEngaged or AlertKinds.LiveArmed => TimeSpan.Zero,
        AlertKinds.RunnerLost or AlertKinds.BotBlind or AlertKinds.DailyLoss or AlertKinds.AuditBroken => GroupWait,
        _ => options.Hold,
    };

    public static (AlertBook Book, ImmutableArray<AlertChange> Changes) Advance(
        AlertBook book, AlertSighting seen, AlertMoment now, AlertOptions options, Func<string> newId)
    {
        var changes = ImmutableArray.CreateBuilder<AlertChange>();
        var open = ImmutableArray.CreateBuilder<OpenAlert>();
        foreach (var alert in book.Open)
        {
            var next = Carry(alert, seen, now, options, changes);
            if (next is not null) open.Add(next);
        }

        // What has just been resolved is not opened by what has passed: only by what stands.
        var covered = open.SelectMany(a => a.Record.Causes).Concat(book.Open.SelectMany(a => a.Record.Causes).Where(key => !seen.Present.ContainsKey(key))).ToHashSet(StringComparer.Ordinal);
        var pending = Pending(book.Pending, seen, covered, now);
        var due = pending.Where(p => seen.Present.TryGetValue(p.Key, out var cause) && now.Elapsed - p.Value >= HoldOf(cause.Kind, options))
            .Select(p => seen.Present[p.Key])
            .Concat(seen.Passed.Values.Where(c => HoldOf(c.Kind, options) == TimeSpan.Zero && !covered.Contains(c.Key) && !seen.Present.ContainsKey(c.Key)))
            .ToArray();
        foreach (var kind in due.GroupBy(c => c.Kind, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var causes = kind.OrderBy(c => c.Since).ThenBy(c => c.Key, StringComparer.Ordinal).ToImmutableArray();
            foreach (var part in causes.Length > MostAtOnce ? [causes] : causes.Select(c => ImmutableArray.Create(c)))
            {
                var record = Write(part, newId(), now);
                open.Add(new(record, now.Elapsed, now.Elapsed, null));
                changes.Add(new(AlertEvent.Opened, record));
            }
        }

        return (new(pending.RemoveRange(due.Select(c => c.Key)), open.ToImmutable()), changes.ToImmutable());
    }

    /// <summary>Somebody takes care of it. Null when it is not open or was acknowledged before.</summary>
    public static (AlertBook Book, AlertChange Change)? Acknowledge(AlertBook book, string alertId, string by, string reason, AlertMoment now)
    {
        var index = book.Open.ToList().FindIndex(a => a.Record.AlertId == alertId);
        if (index < 0 || book.Open[index].Record.AcknowledgedBy is not null) return null;
        var alert = book.Open[index];
        var record = alert.Record with { AcknowledgedBy = by, AcknowledgedAt = now.Utc, AcknowledgeReason = reason };
        return (book with { Open = book.Open.SetItem(index, alert with { Record = record }) }, new(AlertEvent.Acknowledged, record));
    }

    private static OpenAlert? Carry(OpenAlert alert, AlertSighting seen, AlertMoment now, AlertOptions options, ImmutableArray<AlertChange>.Builder changes)
    {
        var record = alert.Record;
        var standing = record.Causes.Where(seen.Present.ContainsKey).Select(key => seen.Present[key]).ToImmutableArray();
        if (standing.IsEmpty)
        {
            if (record.Causes.Any(seen.IsUnknown)) return alert with { CalmSince = null };
            var calm = record.Causes.Any(seen.Passed.ContainsKey) ? now.Elapsed : alert.CalmSince ?? now.Elapsed;
            if (now.Elapsed - calm < HoldOf(record.Kind, options)) return alert with { CalmSince = calm };
            changes.Add(new(AlertEvent.Resolved, record with { ResolvedAt = now.Utc }));
            return null;
        }

        alert = alert with { CalmSince = null };
        var worst = standing.Max(c => c.Severity);
        if (worst > record.Severity) return Tell(alert, Text(record with { Severity = worst }, standing), AlertEvent.Repeated, now, changes);
        if (record.AcknowledgedBy is not null || record.Severity == AlertSeverity.Info) return alert;
        if (options.EscalateAfter > TimeSpan.Zero && record.EscalatedAt is null && now.Elapsed - alert.OpenedAt >= options.EscalateAfter)
            return Tell(alert, Text(record with { EscalatedAt = now.Utc }, standing), AlertEvent.Escalated, now, changes);
        return options.Repeat > TimeSpan.Zero && now.Elapsed - alert.NotifiedAt >= options.Repeat
            ? Tell(alert, Text(record, standing), AlertEvent.Repeated, now, changes)
            : alert;
    }

    private static OpenAlert Tell(OpenAlert alert, AlertRecord record, AlertEvent what, AlertMoment now, ImmutableArray<AlertChange>.Builder changes)
    {
        record = record with { NotifiedAt = now.Utc };
        changes.Add(new(what, record));
        return alert with { Record = record, NotifiedAt = now.Elapsed };
    }

    private static ImmutableDictionary<string, TimeSpan> Pending(ImmutableDictionary<string, TimeSpan> before, AlertSighting seen, HashSet<string> covered, AlertMoment now) =>
        seen.Present.Keys.Where(key => !covered.Contains(key))
            .ToImmutableDictionary(key => key, key => before.TryGetValue(key, out var since) && !seen.Interrupted.Contains(key) ? since : now.Elapsed, StringComparer.Ordinal);

    private static AlertRecord Write(ImmutableArray<AlertCause> causes, string id, AlertMoment now) => Text(
        new()
        {
            AlertId = id,
            Kind = causes[0].Kind,
            Severity = causes.Max(c => c.Severity),
            Subject = causes.Length == 1 ? causes[0].Subject : $"{causes.Length} subjects",
            Message = "",
            Since = causes.Min(c => c.Since),
            OpenedAt = now.Utc,
            NotifiedAt = now.Utc,
            Causes = [.. causes.Select(c => c.Key)],
        },
        causes);

    private static AlertRecord Text(AlertRecord record, ImmutableArray<AlertCause> causes)
    {
        const int Named = 5;
        if (causes is [var only]) return record with { Message = only.Message, SuggestedFix = only.SuggestedFix };
        var names = string.Join(", ", causes.Take(Named).Select(c => c.Subject)) + (causes.Length > Named ? $" and {causes.Length - Named} more" : "");
        var worst = causes.MaxBy(c => c.Severity)!;
        return record with { Message = $"{causes.Length} at once: {names}. {worst.Subject}: {worst.Message}", SuggestedFix = worst.SuggestedFix };
    }
}
