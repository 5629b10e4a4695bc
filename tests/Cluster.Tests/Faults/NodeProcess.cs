using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace ControlPlane.Cluster.Tests.Faults;

/// <summary>What a node says of the gate.</summary>
internal sealed record NodeStatus(long Epoch, long Version, string System, long ValidForMs, JsonNode Body)
{
    public bool Open => System is "OK" or "DEGRADED" && ValidForMs > 0;
}

/// <summary>A silo, a front end, or both in one, in a process of its own that can be killed, frozen and started again.</summary>
internal sealed class NodeProcess(string name, string program, IReadOnlyDictionary<string, string> environment) : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);
    private static readonly HttpClient s_http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(2) }) { Timeout = TimeSpan.FromSeconds(30) };
    private readonly ConcurrentQueue<string> _lines = new();
    private TaskCompletionSource _started = new();
    private Process? _process;

    public string Name => name;

    public string Output => string.Join('\n', _lines);

    /// <summary>The last line of its log that holds these words; lines begin with their time. Empty when there is none.</summary>
    public string LastLine(string words) => _lines.LastOrDefault(l => l.Contains(words, StringComparison.Ordinal)) ?? "";

    /// <summary>Of a process with an API; the same after a restart.</summary>
    public Uri? Address { get; init; }

    /// <summary>Where the program lies; null for that of this build.</summary>
    public string? Folder { get; init; }

    public bool Runs => _process is { HasExited: false };

    /// <summary>Starts it, and returns when it says that it listens.</summary>
    public async Task StartAsync()
    {
        Launch();
        var first = await Task.WhenAny(_started.Task, _process!.WaitForExitAsync(), Task.Delay(s_patience));
        Assert.True(first == _started.Task, $"{name} did not come to listen:\n{Output}");
    }

    /// <summary>Starts it, and returns its exit code once it has ended by itself.</summary>
    public async Task<int> RunToEndAsync()
    {
        Launch();
        using var patience = new CancellationTokenSource(s_patience);
        await _process!.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    private void Launch()
    {
        _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        string[] arguments = Address is null ? [] : ["--urls", Address.ToString()];
        var info = new ProcessStartInfo("dotnet", [Path.Combine(Folder ?? Built(program), $"{program}.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var variable in info.Environment.Keys.Where(k => k is not ("PATH" or "HOME" or "LANG" or "DOTNET_ROOT" or "TMPDIR")).ToArray()) info.Environment.Remove(variable);
        foreach (var (variable, value) in environment) info.Environment[variable] = value;
        _process = new Process { StartInfo = info };
        _process.OutputDataReceived += (_, e) => Take(e.Data);
        _process.ErrorDataReceived += (_, e) => Take(e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    public void Freeze() => Signal("STOP");

    public void Thaw() => Signal("CONT");

    /// <summary>SIGTERM; the exit code and how long it took.</summary>
    public async Task<(int ExitCode, TimeSpan Took)> TerminateAsync()
    {
        var clock = Stopwatch.StartNew();
        Signal("TERM");
        using var patience = new CancellationTokenSource(s_patience);
        await _process!.WaitForExitAsync(patience.Token);
        return (_process.ExitCode, clock.Elapsed);
    }

    public Task<NodeStatus> StatusAsync() => AskAsync(TestContext.Current.CancellationToken);

    /// <summary>Calls as the operator; the JSON of the answer, whatever its status, which stands in it as <c>http_status</c>.</summary>
    public Task<JsonNode> SendAsync(HttpMethod method, string path, object? body = null) => CallAsync(method, path, body, TestContext.Current.CancellationToken);

    /// <summary>What is answered as text, for example metrics.</summary>
    public async Task<string> TextAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address!, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", environment["CONTROLPLANE_OPERATOR_TOKEN"]);
        using var response = await s_http.SendAsync(request, TestContext.Current.CancellationToken);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The status, for one who goes on asking until it is told to stop.</summary>
    public async Task<NodeStatus> AskAsync(CancellationToken cancellationToken)
    {
        var body = await CallAsync(HttpMethod.Get, "/api/system/status", null, cancellationToken);
        return new(body["epoch"]!.GetValue<long>(), body["version"]!.GetValue<long>(), body["system_status"]!.GetValue<string>(), body["valid_for_ms"]!.GetValue<long>(), body);
    }

    /// <summary>As <see cref="SendAsync"/>, for one who is stopped by other means than the test's end.</summary>
    public async Task<JsonNode> CallAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(Address!, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", environment["CONTROLPLANE_OPERATOR_TOKEN"]);
        if (body is not null) request.Content = JsonContent.Create(body, body.GetType());
        using var response = await s_http.SendAsync(request, cancellationToken);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!;
        answer["http_status"] = (int)response.StatusCode;
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is null) return;
        if (Runs)
        {
            Thaw();
            await KillAsync();
        }

        _process.Dispose();
    }

    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process!.Id}"]);
        kill.WaitForExit();
    }

    private void Take(string? line)
    {
        if (line is null) return;
        _lines.Enqueue(line);
        if (line.Contains("listening on", StringComparison.Ordinal) && !line.Contains(" INF ", StringComparison.Ordinal)) _started.TrySetResult();
    }

    /// <summary>Where this build has a program.</summary>
    public static string Built(string program)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        var configuration = folder.FullName.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ControlPlane.sln"))) folder = folder.Parent;
        return Path.Combine(folder!.FullName, program, "bin", configuration, "net10.0");
    }
}
