using System.Diagnostics;
using System.Text.Json;

namespace ControlPlane.Benchmarks.Running;

/// <summary>A second process of this program. It is spoken to in lines: a command goes in, a JSON document comes back.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    /// <summary>First argument of a process that is a worker.</summary>
    public const string Verb = "--worker";

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    private WorkerProcess(Process process) => _process = process;

    public int ProcessId => _process.Id;

    /// <summary>Starts a worker of <see cref="Workers"/>; it is ready when it answers.</summary>
    public static WorkerProcess Start(string worker, params string[] args)
    {
        var info = new ProcessStartInfo("dotnet", [typeof(WorkerProcess).Assembly.Location, Verb, worker, .. args])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return new WorkerProcess(Process.Start(info) ?? throw new InvalidOperationException("The worker did not start."));
    }

    /// <summary>Reads the worker's next answer.</summary>
    /// <exception cref="InvalidOperationException">The worker ended without one.</exception>
    public async Task<T> ReadAsync<T>(CancellationToken cancellationToken)
    {
        var line = await _process.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(s_timeout, cancellationToken);
        return JsonSerializer.Deserialize<T>(line ?? throw new InvalidOperationException("The worker ended without an answer."))!;
    }

    public async Task<T> AskAsync<T>(string command, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(command.AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
        return await ReadAsync<T>(cancellationToken);
    }

    /// <summary>Answers commands until the input ends: the loop of a worker.</summary>
    public static async Task AnswerAsync(Func<string, Task<object>> answer)
    {
        while (await Console.In.ReadLineAsync() is { } command)
        {
            Console.WriteLine(JsonSerializer.Serialize(await answer(command)));
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(3));
        }
        catch (Exception e) when (e is TimeoutException or IOException)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
