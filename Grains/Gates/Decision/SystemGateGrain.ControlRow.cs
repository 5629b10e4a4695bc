using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Kills;
using ControlPlane.Grains.Kills;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace ControlPlane.Grains.Gates.Decision;

/// <summary>The row that keeps kills and the fence: one write at a time, and a later gate's row ends this one.</summary>
internal sealed partial class SystemGateGrain
{
    private readonly SemaphoreSlim _writingControls = new(1, 1);

    /// <summary>True after a write whose outcome is not known: the row is read before the next one.</summary>
    private bool _controlsUnknown;
    private Task _writingKill = Task.CompletedTask;

    /// <summary>Takes over the row, and the kills that this node knows of, before anything is decided. The row is written at once, with this gate's
    /// epoch: whatever a gate before this one has still under way no longer fits the row's version.</summary>
    private async Task TakeOverControlsAsync()
    {
        var row = _controls.State;
        var old = row.Engaged.IsDefaultOrEmpty && row.Kill.Engaged;
        _state.Kills.Restore(new(row.Kill, old ? row.Taken : row.Engaged, old ? [] : row.Taken));
        if (row.Unsettled) _state.Kills.Take(KillRegister.Again(null, _time.GetUtcNow()));
        _state.Fence = row.Fence;
        foreach (var order in _pendingKills.For(null))
        {
            if (!_state.Kills.IsReleased(order.Id)) _state.Kills.Take(order);
        }

        var written = _state.Kills.Row;
        SetRow(written, _state.Fence);
        await _controls.WriteStateAsync();
        _state.Kills.Written(written);
        _state.ShowSwitch();
    }

    /// <summary>Writes engaged kills that are not on disk yet, and that a release is; tried again with every renewal.</summary>
    private Task WriteControlsIfNeededAsync()
    {
        if (_state.Kills.NeedsWrite && _writingKill.IsCompleted) _writingKill = WriteKillsAsync();
        return _writingKill;
    }

    private async Task WriteKillsAsync()
    {
        while (_state.Kills.NeedsWrite)
        {
            KillRow? row = null;
            if (!await WriteRowAsync(() => _releasing ? null : (row = _state.Kills.Row, _state.Fence))) return;
            _state.Kills.Written(row!);
            _state.ShowSwitch();
        }
    }

    /// <summary>Writes the row, one write after the other. False when it was not written, or nobody knows.</summary>
    /// <param name="row">Asked for right before the write; null when there is nothing to write any more.</param>
    private async Task<bool> WriteRowAsync(Func<(KillRow Kills, long Fence)?> row)
    {
        await _writingControls.WaitAsync();
        try
        {
            for (var attempt = 0; ; attempt++)
            {
                if (_controlsUnknown) await ReloadControlsAsync();
                if (row() is not var (kills, fence)) return false;
                SetRow(kills, fence);
                try
                {
                    await _controls.WriteStateAsync();
                    return true;
                }
                catch (InconsistentStateException) when (attempt == 0)
                {
                    _controlsUnknown = true;
                }
            }
        }
        catch (Exception e)
        {
            LogControlNotWritten(_logger, _state.Kill.Engaged ? "kill" : "control", e);
            _controlsUnknown = true;
            return false;
        }
        finally
        {
            _writingControls.Release();
        }
    }

    private void SetRow(KillRow kills, long fence)
    {
        var row = _controls.State;
        (row.Kill, row.Engaged, row.Taken, row.Unsettled, row.Fence, row.Epoch) = (kills.Switch, kills.Engaged, kills.Released, kills.Unsettled, fence, _doubt.Epoch);
    }

    /// <summary>Takes the row's version; what is decided here stays. A row of a later gate ends this one.</summary>
    private async Task ReloadControlsAsync()
    {
        await _controls.ReadStateAsync();
        if (_controls.State.Epoch > _doubt.Epoch)
        {
            ShutOut();
            throw new InconsistentStateException("A later gate has written the row.");
        }

        _controlsUnknown = false;
    }

    private async Task<bool> TryWithinAsync(Task<bool> write)
    {
        try
        {
            return await write.WaitAsync(_options.Lease, _time);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task TryWithinAsync(Task write) =>
        await write.WaitAsync(_options.Lease, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    [LoggerMessage(EventIds.SystemGateControlNotWritten, LogLevel.Error, "A {Control} could not be written.")]
    private static partial void LogControlNotWritten(ILogger logger, string control, Exception exception);
}
