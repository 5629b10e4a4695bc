using System.Text.Json.Nodes;
using ControlPlane.Api.Http;
using ControlPlane.Api.Tests.Host;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Api.Tests.OpenApi;

public sealed class OpenApiTests
{
    [Fact]
    public async Task Document_Is31AndCoversEveryMappedCall()
    {
        await using var api = await TestApi.StartAsync();
        var document = await api.GetJsonAsync("/openapi/v1.json");
        Assert.StartsWith("3.1", document["openapi"]!.GetValue<string>(), StringComparison.Ordinal);
        var calls = api.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => (Path: "/" + endpoint.RoutePattern.RawText!.Trim('/'), Methods: endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []))
            .Where(call => call.Path.StartsWith("/api", StringComparison.Ordinal) || call.Path is "/healthz" or "/readyz")
            .SelectMany(call => call.Methods.Select(method => (call.Path, Method: method.ToLowerInvariant())));
        foreach (var (path, method) in calls)
        {
            var operation = document["paths"]?[path]?[method];
            Assert.True(operation is not null, $"{method} {path} is not described");
            Assert.NotEmpty(operation["summary"]!.GetValue<string>());
            Assert.NotNull(operation["responses"]?["200"] ?? operation["responses"]?["204"]);
            foreach (var response in operation["responses"]!.AsObject()) Assert.NotNull(response.Value!["headers"]?[ResponseHeaders.TraceHeader]);
        }
    }

    [Fact]
    public async Task Document_NamesSecurityAndTheWordsOfTheContract()
    {
        await using var api = await TestApi.StartAsync();
        var document = await api.GetJsonAsync("/openapi/v1.json");
        Assert.Equal(["bearer", "session"], document["components"]!["securitySchemes"]!.AsObject().Select(scheme => scheme.Key).Order());
        Assert.Equal(2, document["paths"]!["/api/audit"]!["get"]!["security"]!.AsArray().Count);
        Assert.Contains("CONFIGURED_NOT_CONNECTED", Words(document, "IntegrationState"));
        Assert.NotNull(document["components"]!["schemas"]!["IntegrationRow"]!["properties"]!["proof_of_use_count_24h"]);
    }

    private static IEnumerable<string?> Words(JsonObject document, string schema) =>
        document["components"]!["schemas"]![schema]!["enum"]!.AsArray().Select(word => word?.GetValue<string>());
}
