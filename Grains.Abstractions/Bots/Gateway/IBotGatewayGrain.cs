using System.Collections.Immutable;
using Orleans.Concurrency;

namespace ControlPlane.Abstractions;

/// <summary>A bot's orders on their way through the gateway; the grain is that of <see cref="IBotGrain"/>. The key is the bot's id.</summary>
[Alias("cp.IBotGatewayGrain")]
public interface IBotGatewayGrain : IGrainWithStringKey
{
    /// <summary>Evaluates the orders of one call as <see cref="IBotRiskGrain.CheckOrder"/> does, and grants all of them or none. Grants are on disk when the
    /// answer comes.</summary>
    [AlwaysInterleave, Alias("GrantOrders")]
    Task<GatewayVerdict> GrantOrders(GatewayOrders orders);

    /// <summary>Puts on disk that granted orders are being sent. False: they must not be sent.</summary>
    [AlwaysInterleave, Alias("OrdersSending")]
    Task<bool> OrdersSending(ImmutableArray<string> orderIds, long epoch);

    /// <summary>They were not sent after all: their grants end.</summary>
    [AlwaysInterleave, Alias("OrdersNotSent")]
    Task OrdersNotSent(ImmutableArray<string> orderIds);

    /// <summary>What the provider tells of orders: its answer, a look-up, a list that passed through. Throws when it can't be put on disk.</summary>
    [AlwaysInterleave, Alias("OrdersSeen")]
    Task OrdersSeen(ImmutableArray<OrderSight> sights);

    /// <summary>Takes orders from a provider's answer, of this or any other bot, in a list or one by one. It uses the bot's own working
    /// ones.</summary>
    [AlwaysInterleave, Alias("ProviderOrdersSeen")]
    Task ProviderOrdersSeen(string provider, ImmutableArray<OrderSight> sights, ImmutableArray<string> clientOrderIds);

    /// <summary>Nobody knows how these orders stand: they are looked up at once.</summary>
    [AlwaysInterleave, Alias("LookUpSoon")]
    Task LookUpSoon(ImmutableArray<string> orderIds);

    /// <summary>Looks an order up at its provider now; null when nobody can say.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:15"), Alias("LookUp")]
    Task<LookedUpAnswer?> LookUp(string orderId);

    /// <summary>May these orders of the provider be taken back?</summary>
    [AlwaysInterleave, Alias("CheckCancel")]
    Task<GatewayVerdict> CheckCancel(GatewayCancel cancel);

    /// <summary>What the bot holds by its ledger.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:05"), Alias("OpenPositions")]
    Task<ImmutableArray<OpenPosition>> OpenPositions();

    /// <summary>What the ledger holds in each symbol that the bot trades at a provider, or may hold there.</summary>
    /// <param name="environment">As the provider is addressed now.</param>
    [AlwaysInterleave, ResponseTimeout("00:00:10"), Alias("Holdings")]
    Task<ImmutableArray<VenueHolding>> Holdings(string provider, string? environment);

    /// <summary>The broker's own word on a position. False when the ledger has moved on since it was compared.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:10"), Alias("TakeBrokerPosition")]
    Task<bool> TakeBrokerPosition(BrokerPosition position);

    /// <summary>Records the refusal of a call that could not be read as an order. Returns the no-trade's id.</summary>
    [AlwaysInterleave, Alias("RecordRefusal")]
    Task<string?> RecordRefusal(string provider, string operation, string? symbol, OrderRefusal refusal, string traceId);
}

/// <summary>The orders of one call.</summary>
/// <param name="Environment"><c>live</c>, <c>paper</c>, <c>testnet</c> or <c>demo</c>. Null is taken for live.</param>
/// <param name="Operation">Method and route.</param>
[GenerateSerializer, Immutable, Alias("cp.GatewayOrders")]
public sealed record GatewayOrders(
    [property: Id(0)] string Provider,
    [property: Id(1)] string? Environment,
    [property: Id(2)] string Operation,
    [property: Id(3)] long Epoch,
    [property: Id(4)] string TraceId,
    [property: Id(5)] ImmutableArray<GatewayOrder> Orders);

/// <summary>What an order is for, as far as its fields tell.</summary>
public enum GatewayIntent
{
    Open = 0,
    Reduce = 1,

    /// <summary>The position decides.</summary>
    Position = 2,
}

/// <summary>One order as its request says it.</summary>
/// <param name="Quantity">Units, above 0; null where <paramref name="Notional"/> tells money instead.</param>
/// <param name="Lots">The quantity counts contracts, whose multiplier the bot's registration must know.</param>
/// <param name="Kind"><c>market</c>, <c>limit</c>, <c>stop</c> or <c>stop_limit</c>.</param>
/// <param name="Mark">The freshest price of the symbol that this node saw pass through; null without one.</param>
/// <param name="ClientOrderId">The SDK's own, or one that was added.</param>
/// <param name="RequestHash">SHA-256 of what the request said.</param>
/// <param name="Route">What look-ups need again, as a JSON object of texts.</param>
[GenerateSerializer, Immutable, Alias("cp.GatewayOrder")]
public sealed record GatewayOrder(
    [property: Id(0)] string Symbol,
    [property: Id(1)] OrderSide Side,
    [property: Id(2)] decimal? Quantity,
    [property: Id(3)] decimal? Notional,
    [property: Id(4)] bool Lots,
    [property: Id(5)] string Kind,
    [property: Id(6)] decimal? Price,
    [property: Id(7)] decimal? StopPrice,
    [property: Id(8)] GatewayIntent Intent,
    [property: Id(9)] string ClientOrderId,
    [property: Id(10)] string RequestHash,
    [property: Id(11)] string Route,
    [property: Id(12)] decimal? Mark)
{
    /// <summary>The SDK gave no client order id: one that it sends again by itself can't be told from a new one.</summary>
    [Id(13)] public bool IdAdded { get; init; }
}

/// <summary>May the call be made?</summary>
[GenerateSerializer, Immutable, Alias("cp.GatewayVerdict")]
public sealed record GatewayVerdict
{
    [Id(0)] public bool Allowed { get; init; }

    /// <summary>Everything that holds it; empty when it is allowed.</summary>
    [Id(1)] public ImmutableArray<OrderRefusal> Refusals { get; init; } = [];

    /// <summary>The granted orders, in the order of the call.</summary>
    [Id(2)] public ImmutableArray<string> OrderIds { get; init; } = [];

    /// <summary>The call was made before, with this order: it is looked up, and not sent again.</summary>
    [Id(3)] public string? SentBefore { get; init; }

    /// <summary><see cref="Codes.UnknownBot"/> when there is no such bot.</summary>
    [Id(4)] public string? Code { get; init; }

    /// <summary>True when one of the granted orders opens.</summary>
    [Id(5)] public bool Opens { get; init; }
}

/// <summary>What a provider tells of one order of the bot.</summary>
/// <param name="OrderId">Our id.</param>
/// <param name="Refused">The provider refused the request: nothing came of it.</param>
/// <param name="State">open, filled, canceled or rejected; null when the answer does not tell, and the order is taken for accepted.</param>
/// <param name="Filled">Units filled so far; null when it does not tell.</param>
[GenerateSerializer, Immutable, Alias("cp.OrderSight")]
public sealed record OrderSight(
    [property: Id(0)] string OrderId,
    [property: Id(1)] bool Refused,
    [property: Id(2)] string? ProviderOrderId,
    [property: Id(3)] string? State,
    [property: Id(4)] decimal? Filled,
    [property: Id(5)] decimal? AveragePrice)
{
    /// <summary>Fees of what is filled so far; a cost is above 0. Null when the answer tells none.</summary>
    [Id(6)]
    public decimal? Fee { get; init; }

    /// <summary>What the fee is in; null where the provider's answer does not tell.</summary>
    [Id(7)]
    public string? FeeCurrency { get; init; }

    /// <summary>Price and fees are those of the fills: nothing is left to ask.</summary>
    [Id(8)]
    public bool FillsRead { get; init; }
}

/// <summary>A provider's answer to a look-up, as it came. It may hold what it was asked with.</summary>
[GenerateSerializer, Immutable, Alias("cp.LookedUpAnswer")]
public sealed record LookedUpAnswer([property: Id(0)] int Status, [property: Id(1)] string ContentType, [property: Id(2)] byte[] Body)
{
    public override string ToString() => $"LookedUpAnswer {{ Status = {Status} }}";
}

/// <summary>A call that takes orders back.</summary>
/// <param name="Orders">Empty for a cancel of all.</param>
[GenerateSerializer, Immutable, Alias("cp.GatewayCancel")]
public sealed record GatewayCancel(
    [property: Id(0)] string Provider,
    [property: Id(1)] string Operation,
    [property: Id(2)] long Epoch,
    [property: Id(3)] string TraceId,
    [property: Id(4)] ImmutableArray<CanceledOrder> Orders);

/// <summary>An order as a cancel names it.</summary>
[GenerateSerializer, Immutable, Alias("cp.CanceledOrder")]
public sealed record CanceledOrder([property: Id(0)] string? ProviderOrderId, [property: Id(1)] string? ClientOrderId);

/// <summary>The gateway's part of an order that is checked.</summary>
/// <param name="Environment">Null is taken for live.</param>
[GenerateSerializer, Immutable, Alias("cp.GatewayGrant")]
public sealed record GatewayGrant(
    [property: Id(0)] string Provider,
    [property: Id(1)] string? Environment,
    [property: Id(2)] string Operation,
    [property: Id(3)] string RequestHash,
    [property: Id(4)] string Route,
    [property: Id(5)] decimal? Mark);
