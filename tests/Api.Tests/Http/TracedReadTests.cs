using System.Diagnostics;
using System.Net;
using ControlPlane.Api.Tests.Host;

namespace ControlPlane.Api.Tests.Http;

/// <summary>A listener hears the whole process: other tests would be traced too.</summary>
[Collection(AloneInTheProcess.Name)]
public sealed class TracedReadTests
{
    [Theory]
    [InlineData("/api/bots/b1/permit?intent=open&epoch=1")]
    public async Task Traced_GoesTheLongWay_SoThatTheSpanNamesItsRoute(string path)
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "Microsoft.AspNetCore",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        await using var api = await TestApi.StartAsync();
        using var answer = await api.GetAsync(path);
        Assert.Equal((HttpStatusCode.OK, false), (answer.StatusCode, TestApi.WentTheShortWay(answer)));
    }
}
