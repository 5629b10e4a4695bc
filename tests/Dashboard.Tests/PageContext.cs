using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using ControlPlane.Contracts;
using ControlPlane.Dashboard.Feed;
using ControlPlane.Dashboard.Link;
using ControlPlane.Dashboard.Session;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Dashboard.Tests;

/// <summary>Components of a page that is live, with an API that answers what a test has it answer.</summary>
public abstract class PageContext : BunitContext
{
    protected PageContext()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        JSInterop.Setup<string>("observatory.takeTyped", "token").SetResult("");
        Services.AddSingleton<TimeProvider>(Time);
        Services.AddSingleton<HttpMessageHandler>(Api);
        Services.AddDashboard();
        Services.GetRequiredService<SessionState>().SignedIn("operator");
    }

    protected FakeTimeProvider Time { get; } = new(Rows.Now);

    internal PlayedApi Api { get; } = new();

    protected FeedStore Store => Services.GetRequiredService<FeedStore>();

    protected LinkMonitor Link => Services.GetRequiredService<LinkMonitor>();

    protected T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    protected void SignIn(string role) => Get<SessionState>().SignedIn(role);

    /// <summary>These values, live.</summary>
    protected void Show(SystemStatusAnswer? system = null, IReadOnlyList<BotRow>? bots = null, IReadOnlyList<IntegrationRow>? integrations = null)
    {
        Store.Load(new HubSnapshot("s1", 10, system ?? Rows.System(), integrations ?? [], bots ?? [], []));
        Link.Opened();
    }
}

/// <summary>A call that the page made.</summary>
public sealed record PlayedCall(string Method, string Path, JsonObject? Body, string Query = "");

/// <summary>Plays the API: keeps the calls, and answers by path.</summary>
internal sealed class PlayedApi : HttpMessageHandler
{
    private readonly Dictionary<string, (HttpStatusCode Status, string Body)> _answers = new(StringComparer.Ordinal);
    private readonly List<PlayedCall> _calls = [];

    public IReadOnlyList<PlayedCall> Calls
    {
        get
        {
            lock (_calls) return [.. _calls];
        }
    }

    public void Answer<T>(string path, T body, JsonTypeInfo<T> form) => _answers[path] = (HttpStatusCode.OK, JsonSerializer.Serialize(body, form));

    public void Refuse(string path, HttpStatusCode status, string code, string detail) => _answers[path] = (
        status, JsonSerializer.Serialize(new Problem { Title = "Refused", Status = (int)status, Code = code, Detail = detail, TraceId = "4bf92f3577b34da6a3ce929d0e0e4736" }, ControlPlaneJson.Default.Problem));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? null : JsonNode.Parse(await request.Content.ReadAsStringAsync(cancellationToken)) as JsonObject;
        var path = request.RequestUri!.AbsolutePath;
        lock (_calls) _calls.Add(new PlayedCall(request.Method.Method, path, body, request.RequestUri.Query));
        var (status, answer) = _answers.GetValueOrDefault(path, (HttpStatusCode.NotFound, "{}"));
        return new HttpResponseMessage(status) { Content = new StringContent(answer, Encoding.UTF8, "application/json") };
    }
}
