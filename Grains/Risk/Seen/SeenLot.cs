using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk.Seen;

/// <summary>Units of an order that the gateway saw filled and that wait for their other side.</summary>
/// <param name="Price">What a unit has cost, fees included. Of what is held: the average of the position since its last partial exit.</param>
/// <param name="Opens">False for an exit of which the gateway saw no entry. What it realised is not known until an entry from before it is seen filled.</param>
public sealed record SeenLot(string OrderId, string Symbol, OrderSide Side, decimal Units, decimal Price, bool Opens, DateTimeOffset GrantedAt, DateTimeOffset SeenAt);

/// <summary>What a fill realised.</summary>
/// <param name="Pnl">In <paramref name="Currency"/>, fees deducted.</param>
/// <param name="Currency">The bot's own at that time.</param>
/// <param name="At">When the later one of the two fills was seen.</param>
public sealed record SeenClose(string ExitOrderId, string EntryOrderId, decimal Units, decimal Pnl, string? Currency, DateTimeOffset At);

/// <summary>What an order's fills are booked by.</summary>
/// <param name="Same">Whether two symbols are one.</param>
/// <param name="Multiplier">Of a symbol, as it is registered.</param>
/// <param name="Currency">The bot's own.</param>
public sealed record SeenTerms(Func<string, string, bool> Same, Func<string, decimal> Multiplier, string Currency);

/// <summary>What a fill changes.</summary>
/// <param name="Lots">Every lot of the symbol after it.</param>
public sealed record SeenBooking(GrantedOrder Order, IReadOnlyList<SeenLot> Lots, IReadOnlyList<SeenClose> Closes);
