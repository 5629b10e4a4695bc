using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Alerts.Policy;

/// <summary>A condition that raises an alert.</summary>
/// <param name="Key">The same for the same cause, and for no other.</param>
/// <param name="Since">As far as that is known.</param>
internal sealed record AlertCause(
    string Key, string Kind, AlertSeverity Severity, string Subject, string Message, string? SuggestedFix, DateTimeOffset Since);

/// <summary>What was seen since the last look.</summary>
internal sealed record AlertSighting
{
    /// <summary>What is the case now.</summary>
    public required ImmutableDictionary<string, AlertCause> Present { get; init; }

    /// <summary>What was the case at some moment since the last look and is not any more.</summary>
    public ImmutableDictionary<string, AlertCause> Passed { get; init; } = ImmutableDictionary<string, AlertCause>.Empty;

    /// <summary>Keys of what is the case now and was not at some moment since the last look.</summary>
    public ImmutableHashSet<string> Interrupted { get; init; } = [];

    /// <summary>Key prefixes of causes that could not be read: their absence means nothing.</summary>
    public ImmutableHashSet<string> Unknown { get; init; } = [];

    public bool IsUnknown(string key) => Unknown.Any(start => key.StartsWith(start, StringComparison.Ordinal));
}

/// <summary>A moment: what people read, and what durations are taken from. The second never goes back.</summary>
internal readonly record struct AlertMoment(DateTimeOffset Utc, TimeSpan Elapsed);

/// <summary>An alert that stands.</summary>
/// <param name="OpenedAt">On the clock of <see cref="AlertMoment.Elapsed"/>, as are the other two.</param>
/// <param name="CalmSince">Since when its causes are gone without a break; null while one is there.</param>
internal sealed record OpenAlert(AlertRecord Record, TimeSpan OpenedAt, TimeSpan NotifiedAt, TimeSpan? CalmSince);

/// <summary>Everything that alerts are decided from besides what is seen.</summary>
/// <param name="Pending">Causes that are not sent yet, and since when each lasts without a break.</param>
internal sealed record AlertBook(ImmutableDictionary<string, TimeSpan> Pending, ImmutableArray<OpenAlert> Open)
{
    public static AlertBook Empty { get; } = new(ImmutableDictionary<string, TimeSpan>.Empty, []);

    /// <summary>Takes up what a process before this one left open.</summary>
    public static AlertBook From(IEnumerable<AlertRecord> open, AlertMoment now) => Empty with
    {
        Open = [.. open.Select(r => new OpenAlert(r, now.Elapsed - Age(r.OpenedAt, now), now.Elapsed - Age(r.NotifiedAt, now), null))],
    };

    /// <summary>A wall clock that went back makes nothing younger than now.</summary>
    private static TimeSpan Age(DateTimeOffset at, AlertMoment now) => now.Utc > at ? now.Utc - at : TimeSpan.Zero;
}

/// <summary>A change to be sent.</summary>
internal sealed record AlertChange(AlertEvent Event, AlertRecord Alert);
