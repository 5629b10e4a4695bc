using ControlPlane.Grains.Gates.Decision.Office;
using ControlPlane.Grains.Gates.Kills;
using ControlPlane.Grains.Kills;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Storage;

namespace ControlPlane.Grains.Gates.Decision.Controls;

/// <summary>The row that keeps kills and the fence: one write at a time, and a later gate's row ends this one.</summary>
/// <param name="leaveOffice">Called when a later gate's row is found.</param>
internal sealed partial class ControlsStore(GateContext context, ControlState state, StoreDoubt doubt, Action leaveOffice) : IDisposable
{
    private readonly SemaphoreSlim _writing = new(1, 1);

    /// <summary>True after a write whose outcome is not known: the row is read before the next one.</summary>
    private bool _unknown;

    private IPersistentState<GateControlsState> Row => context.Controls;

    public void Dispose() => _writing.Dispose();

    /// <summary>Takes over the row, and the kills that this node knows of, before anything is decided. The row is written at once, with this gate's
    /// epoch. A late write of an earlier gate then fails the version check.</summary>
    public async Task TakeOverAsync(IPendingKills pending)
    {
        var (row, kills) = (Row.State, state.Kills);
        var old = row.Engaged.IsDefaultOrEmpty && row.Kill.Engaged;
        kills.Restore(new(row.Kill, old ? row.Taken : row.Engaged, old ? [] : row.Taken));
        if (row.Unsettled) kills.Take(KillRegister.Again(null, row.Taken, context.Time.GetUtcNow()));
        state.Fence = row.Fence;
        foreach (var order in pending.For(null))
        {
            if (!kills.IsReleased(order.Id)) kills.Take(order);
        }

        var written = kills.Row;
        Set(written, state.Fence);
        await Row.WriteStateAsync();
        kills.Written(written);
        state.ShowSwitch();
    }

    /// <summary>Writes the row, one write after the other. False when it was not written or the outcome is unknown.</summary>
    /// <param name="row">Asked for right before the write; null when there is nothing to write any more.</param>
    public async Task<bool> WriteAsync(Func<(KillRow Kills, long Fence)?> row)
    {
        await _writing.WaitAsync();
        try
        {
            for (var attempt = 0; ; attempt++)
            {
                if (_unknown) await ReloadAsync();
                if (row() is not var (kills, fence)) return false;
                Set(kills, fence);
                try
                {
                    await Row.WriteStateAsync();
                    return true;
                }
                catch (InconsistentStateException) when (attempt == 0)
                {
                    _unknown = true;
                }
            }
        }
        catch (Exception e)
        {
            LogControlNotWritten(context.Logger, state.Kill.Engaged ? "kill" : "control", e);
            _unknown = true;
            return false;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Writes the row as it is: the write that a kill makes, and nothing changes by it. Throws when that is not known to be done.</summary>
    public async Task WriteUnchangedAsync()
    {
        await _writing.WaitAsync();
        try
        {
            if (_unknown) throw new InconsistentStateException("The outcome of a write is not known.");
            await Row.WriteStateAsync();
        }
        catch
        {
            _unknown = true;
            throw;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>The row was read, and its version is the one to replace.</summary>
    public void VersionKnown() => _unknown = false;

    private void Set(KillRow kills, long fence)
    {
        var row = Row.State;
        (row.Kill, row.Engaged, row.Taken, row.Unsettled, row.Fence, row.Epoch) = (kills.Switch, kills.Engaged, kills.Released, kills.Unsettled, fence, doubt.Epoch);
    }

    /// <summary>Takes the row's version; what is decided here stays. A row of a later gate ends this one.</summary>
    private async Task ReloadAsync()
    {
        await Row.ReadStateAsync();
        if (Row.State.Epoch > doubt.Epoch)
        {
            leaveOffice();
            throw new InconsistentStateException("A later gate has written the row.");
        }

        _unknown = false;
    }

    [LoggerMessage(EventIds.SystemGateControlNotWritten, LogLevel.Error, "A {Control} could not be written.")]
    internal static partial void LogControlNotWritten(ILogger logger, string control, Exception exception);
}
