using ControlPlane.Api.Demo;
using ControlPlane.Api.Hosting;

namespace ControlPlane.Api.Tests.Demo;

public sealed class DemoMarkTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("control-plane-mark-");

    private DataFolder Folder => new(Path.Combine(_root.FullName, "folder"));

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void Demo_OnNothing_MarksItAndComesBack()
    {
        DemoMark.Check(Folder, demo: true);
        Assert.True(File.Exists(Path.Combine(Folder.Path, DemoMark.FileName)));
        File.WriteAllText(Path.Combine(Folder.Path, "controlplane.db"), "");
        DemoMark.Check(Folder, demo: true);
    }

    [Fact]
    public void Demo_OnAnEmptyFolder_MarksIt()
    {
        Directory.CreateDirectory(Folder.Path);
        DemoMark.Check(Folder, demo: true);
        Assert.Throws<WrongSettingException>(() => DemoMark.Check(Folder, demo: false));
    }

    [Fact]
    public void Demo_OnOtherData_IsRefusedAndLeavesNoMark()
    {
        Directory.CreateDirectory(Folder.Path);
        File.WriteAllText(Path.Combine(Folder.Path, "anything"), "");
        Assert.Throws<WrongSettingException>(() => DemoMark.Check(Folder, demo: true));
        Assert.False(File.Exists(Path.Combine(Folder.Path, DemoMark.FileName)));
    }

    [Fact]
    public void NoDemo_OnAnythingButADemo_Passes()
    {
        DemoMark.Check(Folder, demo: false);
        Assert.False(Directory.Exists(Folder.Path));
    }
}
