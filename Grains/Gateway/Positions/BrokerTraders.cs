using System.Collections.Immutable;
using ControlPlane.Grains.Risk;

namespace ControlPlane.Grains.Gateway.Positions;

/// <summary>Which bots may hold something at a broker: those whose orders went there, and those that are registered for it.</summary>
internal sealed class BrokerTraders(IGatewayOrderStore store, IBotIndex index)
{
    /// <summary>Rows of PostgreSQL may become visible after ones with larger numbers.</summary>
    private const long Overlap = 10_000;
    private ImmutableSortedSet<string> _bots = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);
    private long _row;

    public async Task<ImmutableSortedSet<string>> OfAsync(string provider, CancellationToken cancellationToken)
    {
        var fresh = await store.TradersAsync(provider, Math.Max(0, _row - Overlap), cancellationToken);
        _bots = _bots.Union(fresh.Select(trader => trader.BotId));
        _row = Math.Max(_row, fresh.Select(trader => trader.Row).DefaultIfEmpty(0).Max());

        // Without an order there is no position to ask for, whoever is registered for the broker: nobody is woken.
        if (_bots.IsEmpty) return _bots;
        var registered = (await index.ListAsync(cancellationToken)).Where(bot => bot.Spec.Requires.Contains(provider) || bot.Spec.Terms?.MayUse?.Contains(provider) == true);
        return _bots.Union(registered.Select(bot => bot.BotId));
    }
}
