using ControlPlane.Grains.Gates.Kills;

namespace ControlPlane.Grains.Bots.Kills;

/// <summary>Puts the switch on disk, again and again until it is there.</summary>
/// <param name="everySecond">Has a timer of the activation call this now and every second, beside other calls, and keep the activation for it.</param>
internal sealed class KillWrites(BotRecord record, BotKillSwitch kill, Func<Func<Task>, IDisposable> everySecond)
{
    private IDisposable? _retry;

    /// <summary>False when the outcome is not known, or a release is being written.</summary>
    public async Task<bool> WriteAsync()
    {
        while (kill.NeedsWrite)
        {
            KillRow? row = null;
            var written = await record.TryWriteAsync(s => row = kill.Put(s));
            if (!written || row is null) return false;
            kill.Written(row);
        }

        return true;
    }

    /// <summary>Keeps this activation, and with it the kill, until the kill is on disk.</summary>
    public void RetryUntilWritten() => _retry ??= everySecond(RetryAsync);

    private async Task RetryAsync()
    {
        if (!await WriteAsync()) return;
        _retry?.Dispose();
        _retry = null;
    }
}
