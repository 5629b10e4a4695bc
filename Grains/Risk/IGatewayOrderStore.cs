using System.Collections.Immutable;
using ControlPlane.Grains.Risk.Seen;

namespace ControlPlane.Grains.Risk;

/// <summary>Orders that go through the gateway, in the table <c>checked_orders</c>. Methods throw when the store cannot be read or written.</summary>
public interface IGatewayOrderStore
{
    /// <summary>Reads an order and writes what becomes of it, in one transaction of its bot.</summary>
    /// <param name="change">Pure; may be called again. Null changes nothing.</param>
    /// <returns>The order after the change; null when there is none of this id, or nothing was changed.</returns>
    Task<GrantedOrder?> ChangeAsync(string botId, string orderId, Func<GrantedOrder, GrantedOrder?> change, CancellationToken cancellationToken);

    /// <summary>As <see cref="ChangeAsync"/>, and books in the same transaction what fills of the order realise.</summary>
    Task<GrantedOrder?> SeeAsync(string botId, string orderId, Func<GrantedOrder, GrantedOrder?> change, SeenTerms terms, DateTimeOffset now, CancellationToken cancellationToken);

    Task<GrantedOrder?> FindAsync(string botId, string orderId, CancellationToken cancellationToken);

    /// <summary>Orders of any bot that somebody must look after now, the longest due first.</summary>
    Task<ImmutableArray<BotOrder>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>Orders of any bot that a provider knows under one of these ids.</summary>
    Task<ImmutableArray<BotOrder>> FindAtProviderAsync(string provider, string? providerOrderId, string? clientOrderId, CancellationToken cancellationToken);

    /// <summary>Orders of any bot that may be working at a provider: sent, and their end is not known.</summary>
    Task<ImmutableArray<BotOrder>> OpenAtProviderAsync(string provider, CancellationToken cancellationToken);

    /// <summary>Bots with an order at a provider, each with the number of its newest row.</summary>
    /// <param name="after">Rows with a larger number alone.</param>
    Task<ImmutableArray<ProviderTrader>> TradersAsync(string provider, long after, CancellationToken cancellationToken);

    /// <summary>Where a bot's orders went, each place once; those that were taken back before they left are none.</summary>
    /// <param name="from">Orders that were granted from then on.</param>
    Task<ImmutableArray<OrderVenue>> VenuesAsync(string botId, DateTimeOffset from, CancellationToken cancellationToken);

    /// <summary>Writes several orders of a bot at once.</summary>
    Task WriteAsync(string botId, IReadOnlyList<GrantedOrder> orders, CancellationToken cancellationToken);
}

/// <summary>An order and whose it is.</summary>
public sealed record BotOrder(string BotId, GrantedOrder Order);

/// <summary>A bot that has an order at a provider.</summary>
/// <param name="Row">Number of the newest row.</param>
public sealed record ProviderTrader(string BotId, long Row);

/// <summary>Where orders in a symbol went.</summary>
/// <param name="Provider">Null for orders that the bot sends by itself.</param>
public sealed record OrderVenue(string Symbol, string? Provider, string? Environment, string? Route);
