namespace ControlPlane.ProviderSimulator.Tests.Driving;

/// <summary>Scripts small enough to read beside a test.</summary>
internal static class Samples
{
    public const string KeyName = "SAMPLE_API_KEY";
    public const string Key = "s4mple-key-0123456789";

    /// <summary>One route with a bearer key, with nothing scripted but what must be.</summary>
    public static ProviderScript Bearer { get; } = new()
    {
        Id = "sample",
        Routes =
        [
            new()
            {
                Path = "/v1/status",
                Credentials = [new() { In = "header", Name = "Authorization", Format = $"Bearer {{{KeyName}}}" }],
                Answers = Answers(),
            },
        ],
    };

    /// <summary>A login that gives a token, and a route that takes it.</summary>
    public static ProviderScript Login { get; } = new()
    {
        Id = "sample",
        Routes =
        [
            new()
            {
                Method = "POST",
                Path = "/login",
                Credentials = [new() { In = "json", Name = "user.key", Format = $"{{{KeyName}}}" }],
                Answers = Answers("""{"result":{"access":"{token}"}}"""),
            },
            new()
            {
                Path = "/me",
                Credentials = [new() { In = "header", Name = "Authorization", Format = "Bearer {token}" }],
                Answers = Answers(),
            },
        ],
    };

    /// <summary>One signed route and no credentials of the script's own.</summary>
    public static ProviderScript Signed(string signature, string method, string path, string? realBase = null) => new()
    {
        Id = "sample",
        RealBase = realBase,
        Routes = [new() { Method = method, Path = path, Signature = signature, Credentials = [], Answers = Answers() }],
    };

    public static HttpRequestMessage Get(string url, string? bearer = Key)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (bearer is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {bearer}");
        return request;
    }

    private static Dictionary<string, AnswerScript> Answers(string active = """{"state":"active"}""") => new()
    {
        ["active"] = new() { Json = Parse(active) },
        ["unknown"] = new() { Status = 401, Json = Parse("""{"state":"unknown"}""") },
        ["missing"] = new() { Status = 401, Json = Parse("""{"state":"missing"}""") },
        ["bad_signature"] = new() { Status = 401, Json = Parse("""{"state":"bad_signature"}""") },
    };

    private static System.Text.Json.JsonElement Parse(string json) => System.Text.Json.JsonDocument.Parse(json).RootElement.Clone();
}
