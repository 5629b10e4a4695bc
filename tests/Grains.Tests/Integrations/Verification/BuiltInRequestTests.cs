using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Integrations.Verification.Requests;
using ControlPlane.Grains.Secrets;

namespace ControlPlane.Grains.Tests.Integrations.Verification;

public sealed class BuiltInRequestTests
{
    private static readonly ProviderCatalogue s_catalogue = CatalogueLoader.Load(userPath: null);

    public static TheoryData<string, string> Verifies => new(
        from provider in s_catalogue.Providers
        from access in provider.Access
        where access.Verify is not null
        select (provider.Id, access.Name));

    [Theory]
    [MemberData(nameof(Verifies))]
    public void Build_BuiltInVerify_ReachesItsOwnHost(string id, string way)
    {
        var provider = s_catalogue.Find(id)!;
        var access = provider.Access.Single(access => access.Name == way);
        var values = access.Requires.ToDictionary(name => name, name => new Secret(Value(name, provider.BaseUrlBy)));
        var target = new VerifyTarget(provider, access, values, BaseUrlOverride: null);
        var filled = new TemplateValues(target, new Secret("token"), new Dictionary<string, string> { ["address"] = "0x1" });

        (RequestDefinition? Request, string? Base)[] requests =
            [(access.Verify!.Request, null), (access.Verify.Login?.Request, access.Verify.Login?.BaseUrl), .. access.Verify.Then.Select(follow => ((RequestDefinition?)follow.Request, follow.BaseUrl))];
        foreach (var (request, otherBase) in requests.Where(request => request.Request is not null && request.Request != RequestDefinition.None))
        {
            var built = RequestBuilder.Build(request!, target, filled, otherBase);
            Assert.True(built.Target.Scheme == Uri.UriSchemeHttps || built.Reach.Kind == ReachKind.Loopback);
            Assert.DoesNotContain('{', Uri.UnescapeDataString(built.Target.PathAndQuery));
            Assert.All(built.Headers.Values, value => Assert.DoesNotContain('{', value));
            using var message = built.ToMessage();
            Assert.Equal(built.Headers.Count, message.Headers.NonValidated.Count + (message.Content?.Headers.NonValidated.Count(header => header.Key != "Content-Length") ?? 0));
        }
    }

    private static string Value(string name, BaseUrlChoice? choice)
    {
        if (name == choice?.Variable)
            return choice.Values.Keys.First();
        return name switch
        {
            "OLLAMA_HOST" => "127.0.0.1",
            "DATABASE_URL" => "postgres://u:p@some.test/db",
            "REDIS_URL" => "rediss://:p@some.test",
            "HYPERLIQUID_PK" => new string('1', 64),
            _ => name.EndsWith("_URL", StringComparison.Ordinal) || name.EndsWith("_ENDPOINT", StringComparison.Ordinal) ? "https://some.test/a/b" : "some-value",
        };
    }
}
