using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>The built program in a process of its own, as a user starts it: an address, a data directory, settings in the environment.</summary>
internal sealed class ControlPlaneProcess : IAsyncDisposable
{
    public const string OperatorToken = "operator-token-of-the-end-to-end-tests";
    public const string RunnerToken = "runner-token-of-the-end-to-end-tests-00";
    public const string ViewerToken = "viewer-token-of-the-end-to-end-tests-00";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ControlPlaneProcess(Process process) => _process = process;

    public Uri Address { get; private set; } = null!;

    /// <summary>Everything that the process has printed so far.</summary>
    public string Output => string.Join('\n', _lines);

    public int Id => _process.Id;

    public ApiClient Operator => new(Address, OperatorToken);

    public ApiClient Runner => new(Address, RunnerToken);

    public ApiClient Viewer => new(Address, ViewerToken);

    public ApiClient Anonymous => new(Address, null);

    public static string DllPath { get; } = FindDll();

    /// <summary>Starts and waits until it listens.</summary>
    public static async Task<ControlPlaneProcess> StartAsync(string dataDirectory, IReadOnlyDictionary<string, string>? environment = null, params string[] arguments)
    {
        var started = Launch(dataDirectory, environment, OperatorToken, arguments);
        var first = await Task.WhenAny(started._listening.Task, started._process.WaitForExitAsync(), Task.Delay(s_patience));
        Assert.True(first == started._listening.Task, "The program did not come to listen:\n" + started.Output);
        started.Address = await started._listening.Task;
        return started;
    }

    /// <summary>Starts and waits until it ends by itself.</summary>
    public static async Task<(int ExitCode, string Output)> RunToEndAsync(string dataDirectory, IReadOnlyDictionary<string, string>? environment = null, params string[] arguments)
    {
        await using var started = Launch(dataDirectory, environment, OperatorToken, arguments);
        using var patience = new CancellationTokenSource(s_patience);
        await started._process.WaitForExitAsync(patience.Token);
        return (started._process.ExitCode, started.Output);
    }

    /// <summary>SIGKILL: no goodbye.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        using var patience = new CancellationTokenSource(s_patience);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }

    private static ControlPlaneProcess Launch(string dataDirectory, IReadOnlyDictionary<string, string>? environment, string operatorToken, params string[] arguments)
    {
        var info = new ProcessStartInfo("dotnet", [DllPath, "--urls", "http://127.0.0.1:0", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            WorkingDirectory = Path.GetTempPath(),
        };

        // Only what a fresh shell has: no provider's variable of this machine may take part.
        foreach (var name in info.Environment.Keys.Where(k => k is not ("PATH" or "HOME" or "LANG" or "DOTNET_ROOT" or "TMPDIR")).ToArray()) info.Environment.Remove(name);
        info.Environment["ControlPlane__DataDirectory"] = dataDirectory;
        info.Environment["CONTROLPLANE_OPERATOR_TOKEN"] = operatorToken;
        info.Environment["CONTROLPLANE_RUNNER_TOKEN"] = RunnerToken;
        info.Environment["CONTROLPLANE_VIEWER_TOKEN"] = ViewerToken;
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) info.Environment[name] = value;

        var process = new Process { StartInfo = info };
        var started = new ControlPlaneProcess(process);
        process.OutputDataReceived += (_, e) => started.Take(e.Data);
        process.ErrorDataReceived += (_, e) => started.Take(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return started;
    }

    private void Take(string? line)
    {
        if (line is null) return;
        _lines.Enqueue(line);
        const string mark = "Control plane listening on ";
        if (line.StartsWith(mark, StringComparison.Ordinal)) _listening.TrySetResult(new Uri(line[mark.Length..].Split(',')[0]));
    }

    private static string FindDll()
    {
        if (Environment.GetEnvironmentVariable("CONTROLPLANE_API_DLL") is { Length: > 0 } given) return given;
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        var configuration = folder.FullName.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ControlPlane.sln"))) folder = folder.Parent;
        return Path.Combine(folder!.FullName, "Api", "bin", configuration, "net10.0", "Api.dll");
    }
}
