using ControlPlane.Grains.Risk.Ledger;

namespace ControlPlane.Grains.Risk.Desk;

/// <summary>When something is written into a bot's ledger. What comes later bears the later time. That holds also after the wall clock stepped back
/// a little, or the bot moved to a host whose clock is behind. What a statement has seen is told by this order. Beyond the clock's tolerance the
/// wall clock alone counts.</summary>
internal sealed class LedgerTime(TimeProvider time)
{
    private static readonly TimeSpan s_least = TimeSpan.FromMicroseconds(1);
    private readonly Lock _lock = new();
    private DateTimeOffset _last = DateTimeOffset.MinValue;

    /// <summary>False until the ledger was read: it may bear times that are ahead of the clock.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Takes note of the times that a reading of the ledger bears.</summary>
    public RiskBook Read(RiskBook book)
    {
        var until = time.GetUtcNow() + PositionReading.ClockSkew;

        // An order that trades filled wholly ended by the bot's clock, and nothing comes after it.
        var times = book.Positions.SelectMany(p => new[] { p.AsOfReported, p.OffsetReported })
            .Concat(book.Orders.SelectMany(o => new[] { o.GrantedAt, o.Left == 0 ? null : o.EndedAt }));
        lock (_lock)
        {
            foreach (var at in times)
            {
                if (at > _last && at <= until) _last = at.Value;
            }

            IsKnown = true;
        }

        return book;
    }

    /// <summary>The time of what is written now: after everything before it, though two may share a time when the clock has not moved.</summary>
    public DateTimeOffset Next()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (_last > now && _last <= now + PositionReading.ClockSkew) now = _last + s_least;
            return _last = now;
        }
    }
}
