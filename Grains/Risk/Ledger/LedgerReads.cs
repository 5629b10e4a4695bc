using ControlPlane.Grains.Risk.Symbols;

namespace ControlPlane.Grains.Risk.Ledger;

/// <summary>Questions about a whole bot, from one reading of the store.</summary>
internal static class LedgerReads
{
    /// <summary>Value that all positions of the bot may come to, each unit at its own price. Null when one has no price, or beyond a decimal.</summary>
    public static async Task<decimal?> GrossAsync(this IRiskStore store, string botId, InstrumentBook instruments, CancellationToken cancellationToken) =>
        (await ReadAsync(store, botId, instruments, cancellationToken)).Gross(except: null, _ => null)?.ToDecimal();

    /// <summary>Whether the bot holds a position, or may hold one, or has orders whose end nobody has told of.</summary>
    public static async Task<bool> MayHoldAsync(this IRiskStore store, string botId, InstrumentBook instruments, CancellationToken cancellationToken) =>
        (await ReadAsync(store, botId, instruments, cancellationToken)).MayHold;

    // An order that works and one that nobody told the end of count alike here.
    private static async Task<BotLedgers> ReadAsync(IRiskStore store, string botId, InstrumentBook instruments, CancellationToken cancellationToken) => new(
        await store.ReadAsync(botId, [], DateTimeOffset.MaxValue, DateTimeOffset.MaxValue, cancellationToken),
        instruments.Names,
        instruments.Multiplier,
        order => order.Status == OrderStatus.Filled ? OrderFate.Filled : OrderFate.Silent,
        tolerancePercent: 0.5m);
}
