using System.Net;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>Orleans' own dashboard: for operators alone, and only where it was asked for.</summary>
public sealed class OrleansDashboardTests
{
    [Fact]
    public async Task Dashboard_SwitchedOn_IsForOperatorsAlone_AndShowsNoState()
    {
        var data = Directory.CreateTempSubdirectory("e2e-dashboard-");
        try
        {
            await using var process = await ControlPlaneProcess.StartAsync(data.FullName, new Dictionary<string, string> { ["ControlPlane__OrleansDashboard"] = "true" });
            string[] pages = ["/orleans/", "/orleans/index.html", "/orleans/index.min.js", "/orleans/DashboardCounters", "/orleans/ClusterStats", "/orleans/GrainState", "/orleans/Trace"];
            foreach (var page in pages)
            {
                Assert.Equal(HttpStatusCode.Unauthorized, (await process.Anonymous.Get(page)).Status);
                Assert.Equal(HttpStatusCode.Forbidden, (await process.Viewer.Get(page)).Status);
                Assert.Equal(HttpStatusCode.Forbidden, (await process.Runner.Get(page)).Status);
            }

            Assert.Contains("Orleans Dashboard", (await process.Operator.Get("/orleans/")).Text, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await process.Operator.Get("/orleans/index.min.js")).Status);
            Assert.Contains("\"hosts\"", (await process.Operator.Get("/orleans/DashboardCounters")).Text, StringComparison.OrdinalIgnoreCase);
            Assert.Equal(HttpStatusCode.NotFound, (await process.Operator.Get("/orleans/GrainState?grainId=0&grainType=x")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await process.Operator.Get("/orleans/Trace")).Status);

            var policy = (await process.Operator.Get("/orleans/")).Headers.GetValues("Content-Security-Policy").Single();
            Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
            Assert.Contains("style-src 'self' 'unsafe-inline'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("script-src 'self' 'unsafe-inline'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Dashboard_NotAskedFor_IsNotThere()
    {
        var data = Directory.CreateTempSubdirectory("e2e-dashboard-");
        try
        {
            await using var process = await ControlPlaneProcess.StartAsync(data.FullName);
            Assert.Equal(HttpStatusCode.Unauthorized, (await process.Anonymous.Get("/orleans/")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await process.Operator.Get("/orleans/")).Status);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }
}
