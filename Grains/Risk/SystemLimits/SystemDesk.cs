using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk.Desk;
using ControlPlane.Grains.Risk.Ledger;
using ControlPlane.Grains.Risk.Losses;
using ControlPlane.Grains.Risk.Symbols;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Risk.SystemLimits;

/// <summary>A bot's side of the limits over all bots. One opening order at a time asks for room with the exposure that it would lead to.</summary>
internal sealed partial class SystemDesk(string botId, IRiskStore store, Func<InstrumentBook> instruments, RiskOptions options, IGrainFactory grains, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan s_useWithin = TimeSpan.FromMilliseconds(SystemAdmission.UseWithinMs);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Currencies _currencies = new(options);
    private readonly Guid _activation = Guid.NewGuid();
    private long _sequence;

    /// <summary>Runs <paramref name="check"/>, which grants or refuses, once all bots together have room for the order.</summary>
    /// <param name="revoke">Takes a grant back that came too late for its admission.</param>
    public async Task<OrderDesk.Verdict> CheckAsync(OrderCheck order, Func<Task<OrderDesk.Verdict>> check, Func<string, Task> revoke)
    {
        if (!options.System.Any || order.Intent != OrderIntent.Open) return await check();
        var timeout = TimeSpan.FromSeconds(options.StoreSeconds);
        if (!await _turn.WaitAsync(timeout)) return new(null, [Unreadable()], false);
        try
        {
            var askedAt = time.GetTimestamp();
            if (await GrossWithAsync(order, timeout) is not { } gross)
            {
                return new(null, [new(NoTradeCodes.DataMissing, SystemRiskOptions.GrossRule, options.System.MaxGrossNotional, null, "What the bot holds is not known: tell the prices of its trades, or set a rate for its currency.")], false);
            }

            var admission = await grains.GetGrain<ISystemRiskGrain>(0).Admit(new(botId, gross, _activation, ++_sequence)).WaitAsync(s_useWithin, time);
            if (!admission.Refusals.IsEmpty) return new(null, admission.Refusals, false);
            var verdict = await check();
            if (verdict.OrderId is not { } orderId || !verdict.Fresh || time.GetElapsedTime(askedAt) < s_useWithin) return verdict;
            await revoke(orderId);
            return new(null, [Unreadable()], false);
        }
        catch (Exception e)
        {
            LogUnreadable(logger, botId, e);
            return new(null, [Unreadable()], false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>After what may have realised something or lowered the exposure. Best effort: without it all bots together have less room, never more.</summary>
    public async Task PublishAsync(bool realised)
    {
        if (!options.System.Any) return;
        var system = grains.GetGrain<ISystemRiskGrain>(0);
        try
        {
            if (realised) await system.Realised();
            if (options.System.MaxGrossNotional is null || !await _turn.WaitAsync(TimeSpan.FromSeconds(options.StoreSeconds))) return;
            try
            {
                if (InSum(await store.GrossAsync(botId, instruments(), CancellationToken.None)) is { } gross) await system.Lower(new(botId, gross, _activation, ++_sequence));
            }
            finally
            {
                _turn.Release();
            }
        }
        catch (Exception e)
        {
            LogNotPublished(logger, botId, e);
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>What the bot would hold with the order; 0 where nobody asks.</summary>
    private async Task<decimal?> GrossWithAsync(OrderCheck order, TimeSpan timeout)
    {
        if (options.System.MaxGrossNotional is null) return 0;
        var held = await store.GrossAsync(botId, instruments(), CancellationToken.None).WaitAsync(timeout, time);
        var units = Amounts.Times(order.Quantity, Math.Max(order.Multiplier, instruments().Multiplier(order.Symbol)));
        return InSum(Amounts.Plus(held, Amounts.Times(units, order.Price is { } price ? Math.Abs(price) : null)));
    }

    /// <summary>In the currency of the sums; null without a rate.</summary>
    private decimal? InSum(decimal? amount) => Amounts.Times(amount, _currencies.Rate(instruments().Terms?.Currency ?? options.Currency, options.Currency));

    private static OrderRefusal Unreadable() => new(Codes.DataUnavailable, "system_limits", null, null, "The limits over all bots could not be read or written in time.");

    [LoggerMessage(EventIds.SystemLimitsNotAsked, LogLevel.Error, "Bot {BotId}: the limits over all bots did not answer; its order was refused.")]
    private static partial void LogUnreadable(ILogger logger, string botId, Exception exception);

    [LoggerMessage(EventIds.SystemLimitsNotPublished, LogLevel.Warning, "Bot {BotId}: its part of the limits over all bots was not published.")]
    private static partial void LogNotPublished(ILogger logger, string botId, Exception exception);
}
