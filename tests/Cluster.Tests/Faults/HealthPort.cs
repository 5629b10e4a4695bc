using System.Net;
using System.Text.Json.Nodes;

namespace ControlPlane.Cluster.Tests.Faults;

/// <summary>The port on which a silo without an API says how it is, as a probe asks it.</summary>
internal sealed class HealthPort
{
    private static readonly HttpClient s_http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };
    private readonly int _port = ClusterFixture.FreePort();

    /// <summary>For a silo that is still to be started.</summary>
    public (string Key, string Value) Setting => ("ControlPlane__Silo__HealthPort", $"{_port}");

    public async Task<(HttpStatusCode Status, JsonNode? Body)> AskAsync(string path)
    {
        using var answer = await s_http.GetAsync(new Uri($"http://127.0.0.1:{_port}{path}"), TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (answer.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    /// <summary>Waits on the real clock, for the process does.</summary>
    public async Task UntilReadyzAsync(HttpStatusCode status, string reason = "")
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var (got, body) = await AskAsync("/readyz");
            if (got == status && (reason.Length == 0 || body!["detail"]!.GetValue<string>().Contains(reason, StringComparison.Ordinal))) return;
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"/readyz is not {status} '{reason}' within a minute, but {got} {body}");
            await ClusterFixture.Pass(TimeSpan.FromMilliseconds(50));
        }
    }
}
