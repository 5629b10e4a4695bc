using System.Security.Cryptography;
using System.Text;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Risk.Losses;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace ControlPlane.Grains.Risk.SystemLimits;

/// <summary>Holds the limits over all bots. An admission is on disk before it is answered; what can't be read or written admits nothing.</summary>
internal sealed partial class SystemRiskGrain(
    [PersistentState("system-risk", StateNames.Provider)] IPersistentState<SystemRiskState> state,
    IBotActivityStore activity,
    Currencies currencies,
    IOptions<RiskOptions> options,
    TimeProvider time,
    ILogger<SystemRiskGrain> logger) : Grain, ISystemRiskGrain
{
    private static readonly TimeSpan s_keepLoss = TimeSpan.FromMilliseconds(500);
    private readonly AdmissionWindow _window = new(time);
    private readonly Dictionary<string, (Guid Activation, long Sequence)> _latest = new(StringComparer.Ordinal);
    private (decimal? Loss, DateTime Day, long ReadAt)? _loss;

    private SystemRiskOptions Limits => options.Value.System;

    private DateTime Today => time.GetUtcNow().UtcDateTime.Date;

    private TimeSpan Timeout => TimeSpan.FromSeconds(options.Value.StoreSeconds);

    public async Task<SystemAdmission> Admit(SystemAdmissionRequest request)
    {
        try
        {
            var loss = Limits.MaxDailyLoss is null ? 0 : await LossAsync(fresh: false);
            var reached = await TakeLossAsync(loss);
            var others = state.State.Gross.Where(g => g.Key != request.BotId).Select(g => g.Value);
            var refusals = SystemLimitPolicy.Check(Limits, request.Gross, others, _window.Count(), loss, reached);
            if (!refusals.IsEmpty) return new(refusals);
            _latest[request.BotId] = (request.Activation, request.Sequence);
            if (Limits.MaxGrossNotional is not null) await WriteAsync(s => s.Gross = s.Gross.SetItem(request.BotId, Math.Max(request.Gross, s.Gross.GetValueOrDefault(request.BotId))));
            _window.Add();
            return new([]);
        }
        catch (Exception e)
        {
            LogUnreadable(logger, request.BotId, e);
            DeactivateOnIdle();
            return new([new(Codes.DataUnavailable, "system_limits", null, null, "The limits over all bots could not be read or written in time.")]);
        }
    }

    public async Task Lower(SystemAdmissionRequest request)
    {
        if (!state.State.Gross.TryGetValue(request.BotId, out var admitted) || request.Gross >= admitted) return;
        if (_latest.TryGetValue(request.BotId, out var latest) && (latest.Activation != request.Activation || latest.Sequence > request.Sequence)) return;
        await WriteAsync(s => s.Gross = request.Gross > 0 ? s.Gross.SetItem(request.BotId, request.Gross) : s.Gross.Remove(request.BotId));
    }

    public async Task Realised()
    {
        if (Limits.MaxDailyLoss is null) return;
        try
        {
            await TakeLossAsync(await LossAsync(fresh: true));
        }
        catch (Exception e)
        {
            LogLossUnread(logger, e);
        }
    }

    private async Task<decimal?> LossAsync(bool fresh)
    {
        var today = Today;
        if (!fresh && _loss is { } known && known.Day == today && time.GetElapsedTime(known.ReadAt) < s_keepLoss) return known.Loss;
        var readAt = time.GetTimestamp();
        var bots = await activity.ReadAllAsync(new DateTimeOffset(today, TimeSpan.Zero), CancellationToken.None).WaitAsync(Timeout, time);
        var loss = SystemLimitPolicy.Loss(bots.Values, currencies);
        _loss = (loss, today, readAt);
        return loss;
    }

    /// <summary>Engages the kill when the limit is reached for the first time on this UTC day. The kill comes first: a day that is not written is taken again.</summary>
    /// <returns>Whether this day's limit has been reached. A clock that steps back leaves it reached.</returns>
    private async Task<bool> TakeLossAsync(decimal? loss)
    {
        var today = Today;
        if (Limits.MaxDailyLoss is not { } limit) return false;
        if (state.State.LossDay >= today) return true;
        if (loss is { } known && known < limit) return false;
        if (loss is null) return true;
        LogReached(logger, today);
        var order = new KillOrder(KillOf(today), null, "The day's loss of all bots together has reached its limit.", Caller.System(Convert.ToHexStringLower(Guid.NewGuid().ToByteArray())), time.GetUtcNow());
        await GrainFactory.GetGrain<ISystemGateGrain>(0).DeliverKill(order);
        await WriteAsync(s => s.LossDay = today);
        return true;
    }

    /// <summary>One kill a day, however often it is delivered.</summary>
    private static Guid KillOf(DateTime day) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"system-daily-loss {day:yyyy-MM-dd}")).AsSpan(0, 16));

    private async Task WriteAsync(Action<SystemRiskState> change)
    {
        change(state.State);
        try
        {
            await state.WriteStateAsync().WaitAsync(Timeout, time);
        }
        catch
        {
            // The outcome is not known: the next activation reads what holds.
            DeactivateOnIdle();
            throw;
        }
    }

    [LoggerMessage(EventIds.SystemLimitsFailed, LogLevel.Error, "Bot {BotId}: the limits over all bots could not be read or written; its order was refused.")]
    private static partial void LogUnreadable(ILogger logger, string botId, Exception exception);

    [LoggerMessage(EventIds.SystemLossFailed, LogLevel.Error, "The day's loss of all bots could not be taken.")]
    private static partial void LogLossUnread(ILogger logger, Exception exception);

    [LoggerMessage(EventIds.SystemLossReached, LogLevel.Warning, "The day's loss of all bots has reached its limit on {Day}: the kill switch is engaged.")]
    private static partial void LogReached(ILogger logger, DateTime day);
}
