using System.Collections.Immutable;
using System.Globalization;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Audit;

/// <summary>Folds equal refusals. The first is an entry at once. Those of the next minute are one more entry with count, first and last.
/// A caller that is refused all the time must not fill the log, or delay other acts that wait for it.</summary>
internal sealed class RefusalFold(TimeProvider time)
{
    public const string Outcome = "refused";
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>Different refusals that are told apart at a time; the rest are folded by role and action.</summary>
    private const int MaxApart = 32;
    private readonly Dictionary<(string Role, string Action, string Target), Folded> _folded = [];

    private sealed class Folded(AuditFact fact, long startedAt)
    {
        public AuditFact Last { get; set; } = fact;
        public long StartedAt { get; } = startedAt;
        public DateTimeOffset? First { get; set; }
        public long Count { get; set; }
    }

    /// <summary>The entry to write now, or null when the refusal only counts.</summary>
    public AuditFact? Add(AuditFact fact)
    {
        var key = (fact.By.Role, fact.Action, fact.Target);
        if (!_folded.TryGetValue(key, out var folded))
        {
            if (_folded.Count >= MaxApart) (fact, key) = (fact with { Target = "several" }, (fact.By.Role, fact.Action, "several"));
            if (!_folded.TryGetValue(key, out folded))
            {
                _folded[key] = new Folded(fact, time.GetTimestamp());
                return fact;
            }
        }

        folded.First ??= fact.At;
        folded.Last = fact;
        folded.Count++;
        return null;
    }

    /// <summary>Entries for what was counted in windows that are over.</summary>
    /// <param name="all">Also of those that are not: nobody counts on after this.</param>
    public ImmutableArray<AuditFact> Take(bool all = false)
    {
        var over = _folded.Where(f => all || time.GetElapsedTime(f.Value.StartedAt) >= Window).ToArray();
        foreach (var (key, _) in over) _folded.Remove(key);
        return [.. over.Where(f => f.Value.Count > 0).Select(f => Entry(f.Value))];
    }

    private static AuditFact Entry(Folded folded) => folded.Last with
    {
        Details = folded.Last.Details
            .SetItem("count", folded.Count.ToString(CultureInfo.InvariantCulture))
            .SetItem("first", Instant(folded.First ?? folded.Last.At))
            .SetItem("last", Instant(folded.Last.At)),
    };

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
