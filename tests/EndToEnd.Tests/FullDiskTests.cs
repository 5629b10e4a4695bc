using System.Diagnostics;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>A real file system that is full, under the whole program.</summary>
public sealed class FullDiskTests
{
    [Fact]
    public async Task FullDisk_BlocksAndIsToldOnce_AndOnceWhenThereIsRoomAgain()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        using var disk = SmallDisk.Mount();
        await using var scene = await Scene.OpenAsync(s =>
        {
            receiver.Tell(s);
            s.DataDirectory = Path.Combine(disk.Path, "data");
            s.SetGoodKeys();
        });
        var (operators, runner) = (scene.Process.Operator, scene.Process.Runner);
        await operators.UntilStatus("OK");

        disk.Fill();
        var events = 0;
        await UntilAsync(async () =>
        {
            // Whatever is answered as taken is counted, and found below.
            var taken = await runner.Post("/api/usage-events", new { bot_id = "grid", provider = "polygon", operation = "GET /v3/quotes", status = "ok" });
            if ((int)taken.Status == 200) events += taken["accepted"].GetValue<int>();
            return (await operators.Status())["system_status"]!.GetValue<string>() == "BLOCKED";
        });
        Assert.NotEqual(200, (int)(await runner.Post("/api/bots/grid/runner/start", new { runner_id = "r1", mode = "paper" })).Status);
        await receiver.UntilSaid("opened store_trouble system");

        disk.Free();
        await operators.UntilStatus("OK");
        await receiver.UntilSaid("resolved store_trouble system");
        Assert.Equal(events, (await operators.Row("polygon"))["proof_of_use_count_24h"]!.GetValue<int>());
        Assert.Single(receiver.Said, "opened store_trouble system");
        Assert.Single(receiver.Said, "resolved store_trouble system");
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var end = DateTime.UtcNow.AddSeconds(60);
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < end, "The full disk blocked nothing.");
            await Task.Delay(50);
        }
    }

    /// <summary>A memory file system of a few megabytes.</summary>
    private sealed class SmallDisk : IDisposable
    {
        private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("control-plane-disk-");

        public string Path => _root.FullName;

        private string Filler => System.IO.Path.Combine(Path, "filler");

        public static SmallDisk Mount()
        {
            Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "only root can mount a file system");
            var disk = new SmallDisk();
            Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", disk.Path), "this machine mounts no file system");
            return disk;
        }

        public void Fill()
        {
            using var file = File.Create(Filler, 1);
            try
            {
                while (true) file.Write(new byte[4_096]);
            }
            catch (IOException)
            {
                // Full.
            }
        }

        public void Free() => File.Delete(Filler);

        public void Dispose()
        {
            Run("umount", "--lazy", Path);
            _root.Delete(recursive: true);
        }

        private static bool Run(string program, params string[] arguments)
        {
            using var process = Process.Start(program, arguments);
            process.WaitForExit();
            return process.ExitCode == 0;
        }
    }
}
