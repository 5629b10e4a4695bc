using System.Collections.Immutable;
using ControlPlane.Grains.Risk;

namespace ControlPlane.Grains.Gateway.Positions;

/// <summary>Where a bot's orders went, read on from what was read before. What the store has forgotten since stays: it makes a position no more certain.</summary>
internal sealed class VenueBook(string botId, IGatewayOrderStore store)
{
    /// <summary>A grant is written at most this long after its time.</summary>
    private static readonly TimeSpan s_overlap = TimeSpan.FromMinutes(5);
    private ImmutableHashSet<OrderVenue> _venues = [];
    private DateTimeOffset _from = DateTimeOffset.UnixEpoch;

    /// <exception cref="Exception">The store could not be read.</exception>
    public async Task<ImmutableHashSet<OrderVenue>> ReadAsync(DateTimeOffset now)
    {
        var fresh = await store.VenuesAsync(botId, _from, CancellationToken.None);
        _venues = _venues.Union(fresh);
        _from = now - s_overlap;
        return _venues;
    }
}
