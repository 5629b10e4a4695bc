using System.Collections.Immutable;

namespace ControlPlane.Abstractions;

/// <summary>What a bot's ledger holds in one symbol that it trades at a provider.</summary>
/// <param name="Symbol">Canonical.</param>
/// <param name="Orders">What its orders there were called and how they were addressed; empty when no order tells where the units are held.</param>
/// <param name="Elsewhere">Units of it may be held at another place: of its orders some went there, or no order is known.</param>
/// <param name="Held">Signed units.</param>
/// <param name="Peak">Largest quantity held since the position was last flat.</param>
/// <param name="Known">False when ledger and report contradict each other.</param>
/// <param name="Aside">Units at the broker that are not the bot's own.</param>
/// <param name="Working">Ids of orders that may be filled meanwhile.</param>
/// <param name="Stamp">The same as long as nothing of it has changed.</param>
/// <param name="AsOf">When it was so, by the bot's ledger.</param>
[GenerateSerializer, Immutable, Alias("cp.VenueHolding")]
public sealed record VenueHolding(
    [property: Id(0)] string Symbol,
    [property: Id(1)] ImmutableArray<VenueSymbol> Orders,
    [property: Id(2)] bool Elsewhere,
    [property: Id(3)] decimal Held,
    [property: Id(4)] decimal Peak,
    [property: Id(5)] bool Known,
    [property: Id(6)] decimal Aside,
    [property: Id(7)] ImmutableArray<string> Working,
    [property: Id(8)] string Stamp,
    [property: Id(9)] DateTimeOffset AsOf);

/// <summary>A symbol as orders wrote it.</summary>
/// <param name="Route">What a request for it needs, as a JSON object of texts.</param>
[GenerateSerializer, Immutable, Alias("cp.VenueSymbol")]
public sealed record VenueSymbol([property: Id(0)] string Symbol, [property: Id(1)] string Route);

/// <summary>What the broker's own list makes of a bot's position.</summary>
/// <param name="Settles">The ledger takes it over; else it is held against the ledger.</param>
/// <param name="Stamp">Of the ledger that it was compared with: another one takes nothing over.</param>
[GenerateSerializer, Immutable, Alias("cp.BrokerPosition")]
public sealed record BrokerPosition(
    [property: Id(0)] string Provider,
    [property: Id(1)] string Symbol,
    [property: Id(2)] decimal Quantity,
    [property: Id(3)] bool Settles,
    [property: Id(4)] string Stamp,
    [property: Id(5)] DateTimeOffset AsOf);
