using System.Text.Json;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification;
using ControlPlane.Grains.Secrets;

namespace ControlPlane.Grains.Tests.Integrations.Verification;

/// <summary>Providers and targets to verify.</summary>
internal static class Targets
{
    public const string Key = "k3y-that-must-not-leak";

    public const string PlainVerify = """
        {
          "request": { "path": "/me", "headers": { "X-Key": "{A_KEY}" } },
          "min_interval_s": 60,
          "outcomes": [
            { "status": [200], "when": { "type": "json_has", "path": "id" }, "verdict": "valid" },
            { "status": [401, 403], "verdict": "invalid", "code": "key_rejected" }
          ]
        }
        """;

    public static ProviderDefinition Provider(string verify = PlainVerify, string baseUrl = "https://api.a.test", string requires = "A_KEY") => new()
    {
        Id = "a",
        Name = "Provider A",
        Category = "other",
        BaseUrl = baseUrl,
        Variables =
        [
            new() { Name = "A_KEY" },
            new() { Name = "A_SECRET" },
            new() { Name = "A_PASSPHRASE" },
            new() { Name = "A_TOKEN" },
            new() { Name = "A_URL", Secret = false },
            new() { Name = "A_ENV", Secret = false },
            new() { Name = "A_FLAG", Secret = false },
            new() { Name = "A_VERSION", Secret = false, Default = "1.0" },
            new() { Name = "A_SESSION_TOKEN" },
        ],
        Access =
        [
            new() { Name = "key", Requires = requires.Split(' '), Verify = JsonSerializer.Deserialize<VerifyDefinition>(verify, CatalogueJson.Options) },
        ],
        HowToConnect = ["Ask."],
    };

    public static VerifyTarget Target(ProviderDefinition provider, Uri? overrideUrl, params (string Name, string Value)[] values) => new(
        provider,
        provider.Access[0],
        (values.Length == 0 ? [("A_KEY", Key)] : values).ToDictionary(pair => pair.Name, pair => new Secret(pair.Value)),
        overrideUrl);
}
