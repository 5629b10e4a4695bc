using System.Diagnostics;
using ControlPlane.Benchmarks.Running;

namespace ControlPlane.Benchmarks.Ingest;

/// <summary>The built program in a process of its own, on a data folder that goes with it.</summary>
internal sealed class ControlPlaneUnderTest : IAsyncDisposable
{
    public const string Token = "operator-token-of-the-benchmarks-0001";
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("bench-control-plane-");
    private Process? _process;

    public Uri Address { get; } = new($"http://127.0.0.1:{Ports.Free()}");

    public string DataDirectory => _data.FullName;

    public int ProcessId => _process!.Id;

    /// <param name="environment">Further settings and secrets of the process.</param>
    public static async Task<ControlPlaneUnderTest> StartAsync(CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? environment = null)
    {
        var started = new ControlPlaneUnderTest();
        var info = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Api.dll"), "--urls", started.Address.ToString()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment["ControlPlane__DataDirectory"] = started.DataDirectory;
        info.Environment["CONTROLPLANE_OPERATOR_TOKEN"] = Token;
        info.Environment["ControlPlane__Bots__Max"] = "1000000";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) info.Environment[name] = value;
        started._process = Process.Start(info)!;
        started._process.OutputDataReceived += static (_, _) => { };
        started._process.ErrorDataReceived += static (_, _) => { };
        started._process.BeginOutputReadLine();
        started._process.BeginErrorReadLine();
        using var http = new HttpClient();
        for (var tries = 0; tries < 300; tries++)
        {
            try
            {
                using var ready = await http.GetAsync(new Uri(started.Address, "/readyz"), cancellationToken);
                if (ready.IsSuccessStatusCode) return started;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(100, cancellationToken);
        }

        await started.DisposeAsync();
        throw new InvalidOperationException("The control plane did not become ready within 30 s.");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        _process?.Dispose();
        _data.Delete(recursive: true);
    }
}
