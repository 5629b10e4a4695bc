using System.Diagnostics;
using System.Net.Http.Json;
using ControlPlane.Benchmarks.Http;
using ControlPlane.Benchmarks.Running;

namespace ControlPlane.Benchmarks.Gateway;

/// <summary>Orders one after the other, through the gateway and straight at the simulated broker: the difference is the evaluation and what it puts on disk.</summary>
internal sealed class OrderTimes(OpenSystem system) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private int _number;

    public Task<double> ThroughAsync(int count, CancellationToken cancellationToken) =>
        MedianAsync(new Uri(system.Program.Address, "/gateway/alpaca/v2/orders"), [("X-Control-Plane-Token", system.LeaseToken)], count, cancellationToken);

    public Task<double> StraightAsync(int count, CancellationToken cancellationToken) => MedianAsync(
        new Uri(system.Environment["ControlPlane__Integrations__alpaca__BaseUrl"] + "/v2/orders"),
        [("APCA-API-KEY-ID", system.Environment["ALPACA_API_KEY"]), ("APCA-API-SECRET-KEY", system.Environment["ALPACA_SECRET_KEY"])], count, cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<double> MedianAsync(Uri address, (string Name, string Value)[] headers, int count, CancellationToken cancellationToken)
    {
        var samples = new List<double>(count);
        for (var i = 0; i < count; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address)
            {
                Content = JsonContent.Create(new { symbol = "AAPL", qty = "1", side = "buy", type = "limit", limit_price = "90", time_in_force = "day", client_order_id = $"bench-{++_number}" }),
            };
            foreach (var (name, value) in headers) request.Headers.Add(name, value);
            var from = Stopwatch.GetTimestamp();
            using var answer = await _http.SendAsync(request, cancellationToken);
            var text = await answer.Content.ReadAsStringAsync(cancellationToken);
            samples.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
            if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"The order was answered {(int)answer.StatusCode}: {text}");
        }

        return Statistics.Median(samples);
    }
}
