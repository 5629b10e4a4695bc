using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ControlPlane.Abstractions;
using ControlPlane.ProviderSimulator;
using ControlPlane.SampleBots.Providers;

namespace ControlPlane.SampleBots.Tests.Running;

/// <summary>A call as it reached the gateway.</summary>
/// <param name="Headers">Names of all of its headers.</param>
internal sealed record GatewayCall(string Provider, string Route, string? Token, string? TraceId, IReadOnlyList<string> Headers);

/// <summary>A gateway that knows one lease, holds the keys, and grants every order unless it is told otherwise. Behind it is the simulator.</summary>
internal sealed class FakeGateway(SimulatorHost simulator, FakeBot bot) : HttpMessageHandler, IGatewayAccess
{
    private static readonly HttpClient s_http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

    private static readonly Dictionary<string, (string Header, string Variable, string Value)[]> s_keys = new()
    {
        ["polygon"] = [("Authorization", "POLYGON_API_KEY", "desk-polygon-key")],
        ["alpaca"] = [("APCA-API-KEY-ID", "ALPACA_API_KEY", "desk-alpaca-key"), ("APCA-API-SECRET-KEY", "ALPACA_SECRET_KEY", "desk-alpaca-secret")],
        ["openai"] = [("Authorization", "OPENAI_API_KEY", "desk-openai-key")],
    };

    private readonly List<GatewayCall> _calls = [];

    public Uri? Address { get; set; } = new("http://gateway.test/gateway/");

    /// <summary>The epoch of the one lease whose token counts.</summary>
    public long Epoch { get; set; } = 1;

    public HashSet<string> MissingKeys { get; } = [];

    /// <summary>Why an order is refused; null grants it.</summary>
    public Func<JsonNode, (string Code, bool Evaluated)?> Refuse { get; set; } = static _ => null;

    /// <summary>Orders are granted and get lost before they reach the broker.</summary>
    public bool LosesOrders { get; set; }

    public IReadOnlyList<GatewayCall> Calls
    {
        get
        {
            lock (_calls) return [.. _calls];
        }
    }

    public static string TokenOf(string botId, long epoch) => $"lease-token-of-{botId}-{epoch}";

    public string? LeaseToken(string botId, long epoch) => TokenOf(botId, epoch);

    public void TeachKeys()
    {
        foreach (var (provider, keys) in s_keys) simulator.SetKey(provider, keys.ToDictionary(static k => k.Variable, static k => k.Value));
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var segments = request.RequestUri!.AbsolutePath.Split('/', 4);
        Assert.Equal("gateway", segments[1]);
        var (provider, rest) = (segments[2], segments[3]);
        var token = request.Headers.TryGetValues("X-Control-Plane-Token", out var tokens) ? tokens.Single() : null;
        var trace = request.Headers.TryGetValues("traceparent", out var parents) ? parents.Single().Split('-')[1] : null;
        lock (_calls) _calls.Add(new GatewayCall(provider, $"{request.Method} /{rest}", token, trace, [.. request.Headers.Select(static h => h.Key)]));
        if (token is null) return Refused(HttpStatusCode.Unauthorized, Codes.Unauthenticated, evaluated: false);
        if (token != TokenOf("bot-1", Epoch)) return Refused(HttpStatusCode.Forbidden, Codes.LeaseFenced, evaluated: false);
        if (s_keys[provider].Any(key => MissingKeys.Contains(key.Variable))) return Refused(HttpStatusCode.ServiceUnavailable, Codes.IntegrationKeyMissing, evaluated: false);
        var body = request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken);
        if (request.Method == HttpMethod.Post && provider == BrokerClient.Provider)
        {
            var order = JsonNode.Parse(body!)!;
            if (Refuse(order) is var (code, evaluated)) return Refused(HttpStatusCode.Forbidden, code, evaluated);
            bot.Grant(order);
            if (LosesOrders) return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        }

        var target = $"{simulator.BaseUrl(provider)}/{rest}{request.RequestUri.Query}";
        using var sent = new HttpRequestMessage(request.Method, target);
        if (body is not null) sent.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        foreach (var (header, _, value) in s_keys[provider]) sent.Headers.TryAddWithoutValidation(header, header == "Authorization" ? $"Bearer {value}" : value);
        using var answer = await s_http.SendAsync(sent, cancellationToken);
        return new HttpResponseMessage(answer.StatusCode) { Content = new ByteArrayContent(await answer.Content.ReadAsByteArrayAsync(cancellationToken)) };
    }

    /// <summary>In Alpaca's error shape, as the catalogue has it.</summary>
    private static HttpResponseMessage Refused(HttpStatusCode status, string code, bool evaluated)
    {
        object[]? reasons = evaluated ? [new { code, rule = "a_rule", message = "A rule." }] : null;
        var answer = new HttpResponseMessage(status) { Content = JsonContent.Create(new { code = 40310000, message = code, control_plane = new { code, reasons } }) };
        answer.Headers.Add("X-Control-Plane-Refused", code);
        return answer;
    }
}
