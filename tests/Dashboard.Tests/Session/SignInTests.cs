using ControlPlane.Dashboard.Session;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Dashboard.Tests.Session;

/// <summary>Before the program has loaded the sign-in is a plain form that a browser sends by itself.</summary>
public sealed class SignInTests : PageContext
{
    [Fact]
    public void Form_WorksByItself()
    {
        var form = Render<SignIn>().Find("form");
        Assert.Equal(("post", "api/session"), (form.GetAttribute("method"), form.GetAttribute("action")));
        var token = form.QuerySelector("input")!;
        Assert.Equal(("token", false), (token.GetAttribute("name"), token.HasAttribute("disabled")));
        Assert.False(form.QuerySelector("button")!.HasAttribute("disabled"));
    }

    [Fact]
    public void Program_KeepsWhatWasTypedBeforeItHadLoaded()
    {
        JSInterop.Setup<string>("observatory.takeTyped", "token").SetResult("half-a-tok");
        Assert.Equal("half-a-tok", Render<SignIn>().Find("#token").GetAttribute("value"));
    }

    [Theory]
    [InlineData("?signin=refused", "not one of this control plane's")]
    [InlineData("?signin=limited", "Too many bad sign-ins")]
    [InlineData("", "")]
    public void Refusal_IsSaid(string query, string says)
    {
        Get<NavigationManager>().NavigateTo($"/{query}");
        var answer = Render<SignIn>().Find(".answer").TextContent;
        if (says.Length == 0) Assert.Empty(answer);
        else Assert.Contains(says, answer, StringComparison.Ordinal);
    }
}
