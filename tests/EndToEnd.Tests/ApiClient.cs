using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>An answer: its status and its JSON.</summary>
internal sealed record ApiAnswer(HttpStatusCode Status, JsonNode? Body, string Text, HttpResponseHeaders Headers)
{
    public JsonNode this[string member] => Body![member] ?? throw new InvalidOperationException($"No '{member}' in: {Text}");

    public string? Code => Body?["code"]?.GetValue<string>();

    public string[] Codes(string list) => [.. Body![list]!.AsArray().Select(b => b!["code"]!.GetValue<string>())];
}

/// <summary>A client of the API with one token, which remembers every text that it was answered with.</summary>
internal sealed class ApiClient(Uri address, string? token)
{
    private static readonly HttpClient s_http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false }) { Timeout = TimeSpan.FromSeconds(90) };

    public static List<string> Seen { get; } = [];

    public Task<ApiAnswer> Get(string path) => Send(HttpMethod.Get, path, null);

    public Task<ApiAnswer> Post(string path, object? body = null) => Send(HttpMethod.Post, path, body ?? new { });

    public Task<ApiAnswer> Put(string path, object body) => Send(HttpMethod.Put, path, body);

    public Task<ApiAnswer> Status() => Get("/api/system/status");

    public Task<ApiAnswer> Verify(string provider) => Post("/api/integrations/verify", new { provider });

    public async Task<JsonNode> Row(string provider) =>
        (await Get("/api/integrations/status"))["integrations"].AsArray().Single(r => r!["provider"]!.GetValue<string>() == provider)!;

    /// <summary>Asks for the status until it is as wished; waits on the real clock, for the program does.</summary>
    public async Task<ApiAnswer> Until(Func<ApiAnswer, bool> condition, string what, double seconds = 60)
    {
        var end = DateTime.UtcNow.AddSeconds(seconds);
        while (true)
        {
            var status = await Status();
            if (condition(status)) return status;
            Assert.True(DateTime.UtcNow < end, $"Not within {seconds} s: {what}. Last: {status.Text}");
            await Task.Delay(100);
        }
    }

    public Task<ApiAnswer> UntilStatus(string status, double seconds = 60) => Until(s => s["system_status"].GetValue<string>() == status, status, seconds);

    /// <summary>Asks for a provider's row until it is as wished, on the real clock; returns it.</summary>
    public async Task<JsonNode> UntilRow(string provider, Func<JsonNode, bool> condition, string what, double seconds = 60)
    {
        var end = DateTime.UtcNow.AddSeconds(seconds);
        while (true)
        {
            var row = await Row(provider);
            if (condition(row)) return row;
            Assert.True(DateTime.UtcNow < end, $"Not within {seconds} s: {what}. Last: {row.ToJsonString()}");
            await Task.Delay(10);
        }
    }

    private async Task<ApiAnswer> Send(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, new Uri(address, path));
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null) request.Content = JsonContent.Create(body, body.GetType());
        using var response = await s_http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        lock (Seen) Seen.Add(string.Join('\n', response.Headers.SelectMany(h => h.Value)) + "\n" + text);
        JsonNode? json = null;
        try
        {
            json = JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            // A page, or nothing.
        }

        return new(response.StatusCode, json, text, response.Headers);
    }
}
