using System.Diagnostics;

namespace ControlPlane.Silo.Tests.Storage.Embedded;

/// <summary>A process of its own that appends until it is killed.</summary>
internal sealed class StoreProcess : IDisposable
{
    private readonly Process _process;

    private StoreProcess(Process process) => _process = process;

    public static async Task<StoreProcess> StartAsync(string directory, int run, int writers)
    {
        var child = new StoreProcess(Launch(directory, run, writers));
        Assert.Equal("ready", await child._process.StandardOutput.ReadLineAsync());
        return child;
    }

    public static async Task<(int Exit, string Error)> RunToEndAsync(string directory)
    {
        using var process = Launch(directory, run: 0, writers: 1);
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, error);
    }

    /// <summary>The next acknowledged batch, or null when the process is gone and its output read.</summary>
    public async Task<AcknowledgedBatch?> NextAsync()
    {
        var parts = (await _process.StandardOutput.ReadLineAsync())?.Split(' ');

        // The kill may cut the last line; a shorter number only asks for less than was acknowledged.
        return parts is [var writer, var batch, { Length: > 0 } size] ? new(int.Parse(writer), int.Parse(batch), int.Parse(size)) : null;
    }

    /// <summary>SIGKILL: nothing of the process gets to tidy up.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static Process Launch(string directory, int run, int writers) => Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "StoreChild.dll"), directory, $"{run}", $"{writers}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
}

/// <summary>The events that <c>StoreChild</c> made for one acknowledged call.</summary>
internal sealed record AcknowledgedBatch(int Writer, int Batch, int Size)
{
    public IEnumerable<Guid> Ids(int run) =>
        Enumerable.Range(0, Size).Select(i => new Guid(run, (short)Writer, (short)Batch, [.. BitConverter.GetBytes((long)i)]));
}
