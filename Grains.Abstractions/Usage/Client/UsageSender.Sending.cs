using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Abstractions;

/// <summary>Sending: the same events with the same ids, again and again, until the control plane has said what became of them.</summary>
internal sealed partial class UsageSender
{
    private static readonly TimeSpan s_answerLimit = TimeSpan.FromSeconds(15);

    /// <summary>How long a batch of observed calls collects. At thousands a second a commit for every few calls would cost more than the
    /// calls.</summary>
    private static readonly TimeSpan s_gather = TimeSpan.FromMilliseconds(5);

    private async Task SendAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            await _work.WaitAsync(_ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_ending.IsCancellationRequested) return;
            if (_buffer.MayGather()) await Task.Delay(s_gather, _time, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_buffer.Take() is { } batch) await SendAsync(batch);
            if (!_losses.IsEmpty) await TellLossesAsync();
        }
    }

    private async Task SendAsync(UsageBatch batch)
    {
        var events = batch.Close();
        for (var tries = 0; ; tries++)
        {
            try
            {
                var receipt = await Ingest.Append(events).WaitAsync(s_answerLimit, _time, _ending.Token);
                if (!receipt.Full)
                {
                    Settle(batch, receipt, tries);
                    return;
                }
            }
            catch (Exception e)
            {
                if (!_ending.IsCancellationRequested && tries == 0) LogNotSent(_logger, batch.Count, e);
            }

            if (!await PauseAsync(tries))
            {
                LoseAtEnd(batch);
                return;
            }

            _metrics.Retried();
        }
    }

    private IUsageIngestGrain Ingest => _grains.GetGrain<IUsageIngestGrain>(0);

    private void Settle(UsageBatch batch, UsageReceipt receipt, int tries)
    {
        var refused = receipt.Rejected.IsDefault ? 0 : receipt.Rejected.Length;
        _metrics.Committed(batch.Count - refused);
        if (refused > 0)
        {
            _metrics.Refused(refused);
            LogRefused(_logger, refused, receipt.Rejected[0].Code);
        }

        if (tries > 0) LogSentAtLast(_logger, batch.Count, tries + 1);
        _buffer.Release(batch, committed: refused == 0);
    }

    private void LoseAtEnd(UsageBatch batch)
    {
        _metrics.DroppedAtEnd(batch.Count);
        LogLeft(_logger, batch.Count);
        _buffer.Release(batch, committed: false);
    }

    private async Task TellLossesAsync()
    {
        // One teller: two would only divide the same losses.
        if (Interlocked.Exchange(ref _tellingLosses, 1) == 1) return;
        var losses = _losses.Take();
        try
        {
            for (var tries = 0; !losses.IsEmpty; tries++)
            {
                if (await TryTellAsync(losses)) losses = _losses.Take();
                else if (!await PauseAsync(tries)) return;
            }
        }
        finally
        {
            Volatile.Write(ref _tellingLosses, 0);
        }
    }

    private async Task<bool> TryTellAsync(ImmutableArray<UsageLoss> losses)
    {
        try
        {
            await Ingest.ReportLoss(losses).WaitAsync(s_answerLimit, _time, _ending.Token);
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }

    /// <summary>Waits before another try; false when the process ends.</summary>
    private async Task<bool> PauseAsync(int tries)
    {
        var wait = Math.Min(_options.MaxRetrySeconds, _options.RetrySeconds * Math.Pow(2, Math.Min(tries, 16)));
        wait *= 0.75 + (0.5 * Random.Shared.NextDouble());
        await Task.Delay(TimeSpan.FromSeconds(wait), _time, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !_ending.IsCancellationRequested;
    }

    [LoggerMessage(EventIds.UsageSenderNotSent, LogLevel.Warning, "{Count} usage events were not accepted. They are sent again.")]
    private static partial void LogNotSent(ILogger logger, int count, Exception exception);

    [LoggerMessage(EventIds.UsageSenderSentAtLast, LogLevel.Information, "{Count} usage events were taken at try {Tries}.")]
    private static partial void LogSentAtLast(ILogger logger, int count, int tries);

    [LoggerMessage(EventIds.UsageSenderRefused, LogLevel.Error, "{Count} usage events were refused for their content; the first for {Code}.")]
    private static partial void LogRefused(ILogger logger, int count, string code);
}
