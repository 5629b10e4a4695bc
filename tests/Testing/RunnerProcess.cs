using System.Collections.Concurrent;
using System.Diagnostics;

namespace ControlPlane.Testing;

/// <summary>A bot's runner in a process of its own, which can be stopped and woken as the kernel does it.</summary>
public sealed class RunnerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private RunnerProcess(Process process) => _process = process;

    /// <summary>What it has printed so far.</summary>
    public string[] Lines => [.. _lines];

    /// <summary>Starts the program <c>RunnerChild</c>, which lies beside the tests that refer to it.</summary>
    public static RunnerProcess Start(Uri address, string token, string bot, string runner)
    {
        var process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "RunnerChild.dll"), address.ToString(), token, bot, runner]) { RedirectStandardOutput = true },
        };
        var started = new RunnerProcess(process);
        process.OutputDataReceived += (_, e) =>
        {
            if (e.Data is { } line) started._lines.Enqueue(line);
        };
        process.Start();
        process.BeginOutputReadLine();
        return started;
    }

    /// <summary>Waits on the real clock, for the process does.</summary>
    public async Task<string> Until(Func<string, bool> line, string what, int skip = 0, double seconds = 60)
    {
        var end = DateTime.UtcNow.AddSeconds(seconds);
        while (true)
        {
            if (_lines.Skip(skip).FirstOrDefault(line) is { } found) return found;
            if (DateTime.UtcNow > end) throw new TimeoutException($"Not within {seconds} s: {what}. Printed:\n{string.Join('\n', _lines)}");
            await Task.Delay(50);
        }
    }

    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await kill.WaitForExitAsync(timeout.Token);
        if (kill.ExitCode != 0) throw new InvalidOperationException($"SIG{signal} was not sent.");
    }

    public async Task<int> ExitAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _process.WaitForExitAsync(timeout.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        // SIGKILL reaches a stopped process too.
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
